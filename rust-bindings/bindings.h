/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What bindgen reads: the headers of procfs, and our helpers. Only what bindgen_parameters names is generated; all other
 * types are those of the kernel crate's bindings.
 */
#include "helpers.h"

/* Macros that bindgen can't evaluate. */
const unsigned int proc2_DCACHE_CANT_MOUNT = DCACHE_CANT_MOUNT;
const vm_flags_t proc2_VM_MAYSHARE = VM_MAYSHARE; /* the kernel crate's is VM_MAYEXEC before Linux 7.3 */
const u32 proc2_LOOKUP_RCU = LOOKUP_RCU;
const slab_flags_t proc2_SLAB_RECLAIM_ACCOUNT = SLAB_RECLAIM_ACCOUNT;
const slab_flags_t proc2_SLAB_ACCOUNT = SLAB_ACCOUNT;
const fmode_t proc2_FMODE_READ = FMODE_READ;
const fmode_t proc2_FMODE_WRITE = FMODE_WRITE;
const fmode_t proc2_FMODE_PWRITE = FMODE_PWRITE;
const unsigned int proc2_PTRACE_MODE_READ_FSCREDS = PTRACE_MODE_READ_FSCREDS;
const unsigned int proc2_PTRACE_MODE_ATTACH_FSCREDS = PTRACE_MODE_ATTACH_FSCREDS;
const unsigned int proc2_PTRACE_MODE_NOAUDIT = PTRACE_MODE_NOAUDIT;
const unsigned int proc2_FOLL_ANON = FOLL_ANON;
const unsigned int proc2_FOLL_WRITE = FOLL_WRITE;
const unsigned int proc2_FOLL_FORCE = FOLL_FORCE;
const __poll_t proc2_DEFAULT_POLLMASK = DEFAULT_POLLMASK;
const __poll_t proc2_POLLMASK_OF_A_READER = EPOLLIN | EPOLLRDNORM;
const fop_flags_t proc2_FOP_UNSIGNED_OFFSET = FOP_UNSIGNED_OFFSET;
/* Without scripts/kernel/proc_pidfd.patch the kernel knows no such flag. */
#ifndef FOP_PROC_TGID
#define FOP_PROC_TGID ((__force fop_flags_t)0)
#endif
const fop_flags_t proc2_FOP_PROC_TGID = FOP_PROC_TGID;
const unsigned long proc2_SB_I_NOEXEC = SB_I_NOEXEC;
const unsigned long proc2_SB_I_NODEV = SB_I_NODEV;
const unsigned long proc2_SB_I_RESTRICTED_VARIANT = SB_I_RESTRICTED_VARIANT;
const unsigned long proc2_SB_NODIRATIME = SB_NODIRATIME;
const unsigned long proc2_SB_NOSUID = SB_NOSUID;
const unsigned long proc2_SB_NOEXEC = SB_NOEXEC;
const unsigned long proc2_SB_RDONLY = SB_RDONLY;
const unsigned long proc2_SB_SYNCHRONOUS = SB_SYNCHRONOUS;
const unsigned long proc2_SB_DIRSYNC = SB_DIRSYNC;
const unsigned long proc2_SB_MANDLOCK = SB_MANDLOCK;
const unsigned long proc2_SB_LAZYTIME = SB_LAZYTIME;
const int proc2_PID_MAX_LIMIT = PID_MAX_LIMIT;
const unsigned int proc2_PROCMAP_QUERY = PROCMAP_QUERY;
const unsigned long proc2_THREAD_SIZE = THREAD_SIZE;
const int proc2_AT_VECTOR_SIZE = AT_VECTOR_SIZE;

/* The sizes of what Rust looks into, as C has them: layout.rs compares. */
#define SIZE_OF(type) const size_t proc2_SIZE_OF_##type = sizeof(struct type)
#ifdef CONFIG_CGROUPS
SIZE_OF(cgroup);
SIZE_OF(cgroup_subsys_state);
SIZE_OF(css_task_iter);
#ifdef CONFIG_MEMCG
SIZE_OF(mem_cgroup);
#endif
#endif
SIZE_OF(cred);
SIZE_OF(dentry);
SIZE_OF(dentry_operations);
SIZE_OF(file);
SIZE_OF(file_operations);
SIZE_OF(file_system_type);
SIZE_OF(files_struct);
SIZE_OF(fs_context);
SIZE_OF(fs_struct);
SIZE_OF(inode);
SIZE_OF(inode_operations);
SIZE_OF(kstat);
SIZE_OF(mm_struct);
SIZE_OF(mount);
SIZE_OF(nsproxy);
SIZE_OF(path);
SIZE_OF(pid);
SIZE_OF(proc_dir_entry);
SIZE_OF(proc_fs_info);
SIZE_OF(proc_inode);
SIZE_OF(proc_mounts);
SIZE_OF(radix_tree_iter);
SIZE_OF(seq_file);
SIZE_OF(seq_operations);
SIZE_OF(signal_struct);
SIZE_OF(super_block);
SIZE_OF(task_struct);
SIZE_OF(vm_area_struct);
