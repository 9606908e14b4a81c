// SPDX-License-Identifier: GPL-2.0
/*
 * The symbols that proc2 needs and that no module gets otherwise. Copied to fs/proc/ of the kernel tree and built into the
 * kernel; holds exports and what declares them, nothing else. `make check` compares it with the module both ways.
 */
#include <linux/export.h>
#include <linux/buildid.h>
#include <linux/proc_fs.h>
#include <linux/proc_ns.h>
#include <linux/ptrace.h>
#include <linux/sched/autogroup.h>
#include <linux/sched/debug.h>
#include <linux/sched/mm.h>
#include <linux/sched/numa_balancing.h>
#include <linux/sched/signal.h>
#include <linux/sched/stat.h>
#include <linux/sched/cputime.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/sched/wake_q.h>
#include <linux/fdtable.h>
#include <linux/cpuset.h>
#include <linux/ksm.h>
#include <linux/resctrl.h>
#include <linux/seccomp.h>
#include <linux/file.h>
#include <linux/filelock.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/delayacct.h>
#include <linux/kallsyms.h>
#include <linux/kthread.h>
#include <linux/latencytop.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mnt_namespace.h>
#include <linux/namei.h>
#include <linux/oom.h>
#include <linux/psi.h>
#include <linux/security.h>
#include <linux/version.h>
#include <linux/swap.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/cgroup.h>
#include <linux/cn_proc.h>
#include <linux/workqueue.h>
#include <linux/nospec.h>
#include <linux/time_namespace.h>
#include <linux/user_namespace.h>
#include "../pnode.h"
#include "internal.h"
#ifdef CONFIG_CGROUPS
#include "../../kernel/cgroup/cgroup-internal.h"

/* No header declares it. */
extern const struct seq_operations cpuinfo_op;
#endif

#define EXPORT_TO_PROC2(sym) EXPORT_SYMBOL_FOR_MODULES(sym, "proc2*")

/* Who may: the kernel's own answers. */
EXPORT_TO_PROC2(ptrace_may_access);
EXPORT_TO_PROC2(mm_access);
EXPORT_TO_PROC2(security_task_to_inode);
EXPORT_TO_PROC2(task_dump_owner);
EXPORT_TO_PROC2(pidns_is_ancestor);
EXPORT_TO_PROC2(proc_ns_file);

/* Names and links. */
EXPORT_TO_PROC2(d_splice_alias_ops);
EXPORT_TO_PROC2(nd_jump_link);
EXPORT_TO_PROC2(ns_get_path);
EXPORT_TO_PROC2(ns_get_name);

/* What a task is. */
EXPORT_TO_PROC2(access_remote_vm);
EXPORT_TO_PROC2(fget_task);
EXPORT_TO_PROC2(get_task_exe_file);
EXPORT_TO_PROC2(lock_task_sighand);
EXPORT_TO_PROC2(__set_task_comm);
EXPORT_TO_PROC2(wq_worker_comm);
EXPORT_TO_PROC2(get_kthread_comm);
EXPORT_TO_PROC2(get_wchan);

/* The mappings of an address space. */
#ifdef CONFIG_PER_VMA_LOCK
EXPORT_TO_PROC2(lock_next_vma);
#endif
#ifdef __HAVE_ARCH_GATE_AREA
EXPORT_TO_PROC2(get_gate_vma);
#endif
EXPORT_TO_PROC2(arch_vma_name);
EXPORT_TO_PROC2(build_id_parse_file);

/* The machine's files with the figures of a cgroup. */
#ifdef CONFIG_CGROUPS
EXPORT_TO_PROC2(css_rstat_flush);
EXPORT_TO_PROC2(css_task_iter_start);
EXPORT_TO_PROC2(css_task_iter_next);
EXPORT_TO_PROC2(css_task_iter_end);
EXPORT_TO_PROC2(cgroup_task_count);
EXPORT_TO_PROC2(cpuinfo_op);
#ifdef CONFIG_PSI
EXPORT_TO_PROC2(psi_show);
EXPORT_TO_PROC2(psi_trigger_create);
EXPORT_TO_PROC2(psi_trigger_create_rtpoll_worker);
EXPORT_TO_PROC2(psi_trigger_destroy);
EXPORT_TO_PROC2(psi_trigger_poll);
#endif
#endif
#ifdef CONFIG_CPUSETS
EXPORT_TO_PROC2(cpuset_cgrp_subsys);
#endif
#ifdef CONFIG_CGROUP_SCHED
EXPORT_TO_PROC2(cpu_cgrp_subsys);
#endif
#ifdef CONFIG_MEMCG
EXPORT_TO_PROC2(mem_cgroup_flush_stats);
EXPORT_TO_PROC2(memcg_page_state_output);
#endif

#ifdef CONFIG_KALLSYMS
EXPORT_TO_PROC2(lookup_symbol_name);
#endif
#ifdef CONFIG_NUMA_BALANCING
EXPORT_TO_PROC2(task_numa_group_id);
#endif
EXPORT_TO_PROC2(oom_badness);
#ifdef CONFIG_SWAP
EXPORT_TO_PROC2(total_swap_pages);
#endif
EXPORT_TO_PROC2(thread_group_cputime_adjusted);
#ifdef CONFIG_VIRT_CPU_ACCOUNTING_GEN
EXPORT_TO_PROC2(task_gtime);
#endif
EXPORT_TO_PROC2(nsec_to_clock_t);
#ifdef CONFIG_TASK_DELAY_ACCT
EXPORT_TO_PROC2(__delayacct_blkio_ticks);
#endif
EXPORT_TO_PROC2(put_task_stack);
EXPORT_TO_PROC2(arch_prctl_spec_ctrl_get);
#ifdef CONFIG_PROC_EVENTS
EXPORT_TO_PROC2(proc_comm_connector);
#endif
EXPORT_TO_PROC2(task_current_syscall);
/* Before, the kernel exports it itself. */
#if KERNEL_VERSION(7, 3, 0) <= LINUX_VERSION_CODE
EXPORT_TO_PROC2(has_capability_noaudit);
#endif
EXPORT_TO_PROC2(oom_adj_mutex);
EXPORT_TO_PROC2(find_lock_task_mm);
EXPORT_TO_PROC2(process_shares_mm);
EXPORT_TO_PROC2(security_task_getscheduler);
EXPORT_TO_PROC2(security_task_setscheduler);
EXPORT_TO_PROC2(proc_sched_show_task);
EXPORT_TO_PROC2(proc_sched_set_task);
#ifdef CONFIG_SCHED_AUTOGROUP
EXPORT_TO_PROC2(proc_sched_autogroup_show_task);
EXPORT_TO_PROC2(proc_sched_autogroup_set_nice);
#endif
EXPORT_TO_PROC2(saved_command_line);
#ifdef CONFIG_SECURITY
EXPORT_TO_PROC2(security_getprocattr);
EXPORT_TO_PROC2(security_setprocattr);
#endif
#ifdef CONFIG_PROC_CHILDREN
EXPORT_TO_PROC2(tasklist_lock);
#endif
#ifdef CONFIG_TIME_NS
EXPORT_TO_PROC2(proc_timens_set_offset);
#endif
#ifdef CONFIG_LATENCYTOP
EXPORT_TO_PROC2(clear_tsk_latency_tracing);
#endif
#ifdef CONFIG_AUDIT
EXPORT_TO_PROC2(audit_set_loginuid);
#endif
#ifdef CONFIG_USER_NS
EXPORT_TO_PROC2(proc_uid_seq_operations);
EXPORT_TO_PROC2(proc_gid_seq_operations);
EXPORT_TO_PROC2(proc_projid_seq_operations);
EXPORT_TO_PROC2(proc_uid_map_write);
EXPORT_TO_PROC2(proc_gid_map_write);
EXPORT_TO_PROC2(proc_projid_map_write);
EXPORT_TO_PROC2(proc_setgroups_show);
EXPORT_TO_PROC2(proc_setgroups_write);
#endif
#ifdef CONFIG_KSM
EXPORT_TO_PROC2(ksm_process_profit);
EXPORT_TO_PROC2(ksm_process_mergeable);
#endif
#ifdef CONFIG_CGROUPS
EXPORT_TO_PROC2(proc_cgroup_show);
#endif
#ifdef CONFIG_PROC_PID_CPUSET
EXPORT_TO_PROC2(proc_cpuset_show);
#endif
#ifdef CONFIG_PROC_CPU_RESCTRL
EXPORT_TO_PROC2(proc_resctrl_show);
#endif
#ifdef CONFIG_PROC_PID_ARCH_STATUS
EXPORT_TO_PROC2(proc_pid_arch_status);
#endif
#ifdef CONFIG_SECCOMP_CACHE_DEBUG
EXPORT_TO_PROC2(proc_pid_seccomp_cache);
#endif
#ifdef CONFIG_FILE_LOCKING
EXPORT_TO_PROC2(show_fd_locks);
#endif

/* The namespaces of ns/. */
#ifdef CONFIG_NET_NS
EXPORT_TO_PROC2(netns_operations);
#endif
#ifdef CONFIG_UTS_NS
EXPORT_TO_PROC2(utsns_operations);
#endif
#ifdef CONFIG_IPC_NS
EXPORT_TO_PROC2(ipcns_operations);
#endif
#ifdef CONFIG_PID_NS
EXPORT_TO_PROC2(pidns_operations);
EXPORT_TO_PROC2(pidns_for_children_operations);
#endif
#ifdef CONFIG_USER_NS
EXPORT_TO_PROC2(userns_operations);
#endif
EXPORT_TO_PROC2(mntns_operations);
#ifdef CONFIG_CGROUPS
EXPORT_TO_PROC2(cgroupns_operations);
#endif
#ifdef CONFIG_TIME_NS
EXPORT_TO_PROC2(timens_operations);
EXPORT_TO_PROC2(timens_for_children_operations);
#endif

/* The kernel's registry of non-task entries, and files that stay the kernel's own. */
EXPORT_TO_PROC2(proc_root);
EXPORT_TO_PROC2(nr_processes);
EXPORT_TO_PROC2(proc_lookup_de);
EXPORT_TO_PROC2(proc_readdir_de);
EXPORT_TO_PROC2(pde_put);
#ifdef CONFIG_SYSCTL
EXPORT_TO_PROC2(proc_sys_evict_inode);
#endif
#ifdef CONFIG_NET
EXPORT_TO_PROC2(proc_net_inode_operations);
EXPORT_TO_PROC2(proc_net_operations);
#endif
EXPORT_TO_PROC2(__d_path);
EXPORT_TO_PROC2(security_sb_show_options);
EXPORT_TO_PROC2(get_dominating_id);
EXPORT_TO_PROC2(proc_mounts_operations);
EXPORT_TO_PROC2(proc_mountinfo_operations);
EXPORT_TO_PROC2(proc_mountstats_operations);
#ifdef CONFIG_PROC_PAGE_MONITOR
EXPORT_TO_PROC2(proc_pid_smaps_operations);
EXPORT_TO_PROC2(proc_pid_smaps_rollup_operations);
EXPORT_TO_PROC2(proc_pagemap_operations);
EXPORT_TO_PROC2(proc_clear_refs_operations);
#endif
#ifdef CONFIG_NUMA
EXPORT_TO_PROC2(proc_pid_numa_maps_operations);
#endif
