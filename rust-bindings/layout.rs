// SPDX-License-Identifier: GPL-2.0

//! Whether Rust sees the structures that it looks into as C has laid them out.
//!
//! bindgen leaves out what it does not understand, without a word: of Linux 7.2 it makes a `struct
//! ns_common` that is too short, and so are the namespaces that embed one. The sizes here come from
//! the C compiler's front end, those of the types from what bindgen made of them.

use crate::rust_bindings::raw;

macro_rules! as_in_c {
    ($($(#[$attr:meta])* $ty:ident: $size:ident;)*) => {$(
        $(#[$attr])*
        const _: () = assert!(
            size_of::<raw::$ty>() == raw::$size as usize,
            concat!("bindgen has lost a part of struct ", stringify!($ty)),
        );
    )*};
}

as_in_c! {
    #[cfg(CONFIG_CGROUPS)]
    cgroup: proc2_SIZE_OF_cgroup;
    #[cfg(CONFIG_CGROUPS)]
    cgroup_subsys_state: proc2_SIZE_OF_cgroup_subsys_state;
    #[cfg(CONFIG_CGROUPS)]
    css_task_iter: proc2_SIZE_OF_css_task_iter;
    cred: proc2_SIZE_OF_cred;
    dentry: proc2_SIZE_OF_dentry;
    dentry_operations: proc2_SIZE_OF_dentry_operations;
    file: proc2_SIZE_OF_file;
    file_operations: proc2_SIZE_OF_file_operations;
    file_system_type: proc2_SIZE_OF_file_system_type;
    files_struct: proc2_SIZE_OF_files_struct;
    fs_context: proc2_SIZE_OF_fs_context;
    fs_struct: proc2_SIZE_OF_fs_struct;
    inode: proc2_SIZE_OF_inode;
    inode_operations: proc2_SIZE_OF_inode_operations;
    kstat: proc2_SIZE_OF_kstat;
    #[cfg(CONFIG_MEMCG)]
    mem_cgroup: proc2_SIZE_OF_mem_cgroup;
    mm_struct: proc2_SIZE_OF_mm_struct;
    mount: proc2_SIZE_OF_mount;
    nsproxy: proc2_SIZE_OF_nsproxy;
    path: proc2_SIZE_OF_path;
    pid: proc2_SIZE_OF_pid;
    proc_dir_entry: proc2_SIZE_OF_proc_dir_entry;
    proc_fs_info: proc2_SIZE_OF_proc_fs_info;
    proc_inode: proc2_SIZE_OF_proc_inode;
    proc_mounts: proc2_SIZE_OF_proc_mounts;
    radix_tree_iter: proc2_SIZE_OF_radix_tree_iter;
    seq_file: proc2_SIZE_OF_seq_file;
    seq_operations: proc2_SIZE_OF_seq_operations;
    signal_struct: proc2_SIZE_OF_signal_struct;
    super_block: proc2_SIZE_OF_super_block;
    task_struct: proc2_SIZE_OF_task_struct;
    vm_area_struct: proc2_SIZE_OF_vm_area_struct;
}
