/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inline functions and macros of the kernel that Rust can't call, each under its own name with the prefix proc2_.
 */
#ifndef PROC2_HELPERS_H
#define PROC2_HELPERS_H

#include <linux/audit.h>
#include <linux/buildid.h>
#include <linux/cgroup.h>
#include <linux/cn_proc.h>
#include <linux/cred.h>
#include <linux/cpuset.h>
#include <linux/dcache.h>
#include <linux/delayacct.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/filelock.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/fs_parser.h>
#include <linux/fs_struct.h>
#include <linux/highmem.h>
#include <linux/hugetlb.h>
#include <linux/jiffies.h>
#include <linux/kallsyms.h>
#include <linux/kernel_stat.h>
#include <linux/ksm.h>
#include <linux/kthread.h>
#include <linux/latencytop.h>
#include <linux/magic.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mmu_context.h>
#include <linux/mnt_namespace.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/nsproxy.h>
#include <linux/oom.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/posix-timers.h>
#include <linux/prctl.h>
#include <linux/proc_fs.h>
#include <linux/proc_ns.h>
#include <linux/psi.h>
#include <linux/ptrace.h>
#include <linux/random.h>
#include <linux/resctrl.h>
#include <linux/sched/autogroup.h>
#include <linux/sched/coredump.h>
#include <linux/sched/debug.h>
#include <linux/sched/cputime.h>
#include <linux/sched/exec_state.h>
#include <linux/sched/loadavg.h>
#include <linux/sched/mm.h>
#include <linux/sched/numa_balancing.h>
#include <linux/sched/signal.h>
#include <linux/sched/stat.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/seccomp.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/swap.h>
#include <linux/timekeeping.h>
#include <linux/task_io_accounting_ops.h>
#include <linux/time_namespace.h>
#include <linux/tty.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>
#include <linux/version.h>
#include <linux/workqueue.h>

/*
 * fs/proc/internal.h asserts that PROC_ENTRY_PERMANENT is set, which it is not in a module (linux/proc_fs.h); the function
 * around the assertion is not used here.
 */
#pragma push_macro("static_assert")
#undef static_assert
#define static_assert(...)
#include <internal.h>
#pragma pop_macro("static_assert")

#include <pnode.h> /* and mount.h */

/* struct cpuset and struct blkcg must have the kernel's own layout. */
#ifdef CONFIG_CPUSETS
#include <../kernel/cgroup/cpuset-internal.h>
#endif
#ifdef CONFIG_BLK_CGROUP
#include <../block/blk-cgroup.h>
#endif

/* fs.h, dcache.h, slab.h, rculist.h */
bool proc2_dir_emit(struct dir_context *ctx, const char *name, int namelen, u64 ino, unsigned int type);
bool proc2_dir_emit_dots(struct file *file, struct dir_context *ctx);
void **proc2_radix_tree_iter_init(struct radix_tree_iter *iter, unsigned long start);
void **proc2_radix_tree_iter_retry(struct radix_tree_iter *iter);
void *proc2_alloc_inode_sb(struct super_block *sb, struct kmem_cache *cache, gfp_t gfp);
struct kmem_cache *proc2_kmem_cache_create(const char *name, unsigned int size, unsigned int align, slab_flags_t flags,
					   void (*ctor)(void *));
void proc2_hlist_add_head_rcu(struct hlist_node *n, struct hlist_head *h);
void proc2_hlist_del_init_rcu(struct hlist_node *n);
void proc2_dont_mount(struct dentry *dentry);
bool proc2_d_in_lookup(const struct dentry *dentry);
void proc2_d_lookup_done(struct dentry *dentry);
int proc2_compare_names(unsigned int len, const char *text, const struct qstr *name);
void proc2_set_delayed_call(struct delayed_call *call, void (*fn)(void *), void *arg);

/* pid.h, sched/task.h, sched/signal.h, pid_namespace.h, user_namespace.h, cred.h, proc_ns.h */
struct pid *proc2_get_pid(struct pid *pid);
struct user_namespace *proc2_get_user_ns(struct user_namespace *ns);
void proc2_put_user_ns(struct user_namespace *ns);
unsigned long proc2_user_ns_flags(const struct user_namespace *ns);
const struct timens_offsets *proc2_timens_offsets(const struct time_namespace *ns);
struct user_namespace *proc2_current_user_ns(void);
bool proc2_same_thread_group(struct task_struct *a, struct task_struct *b);
bool proc2_current_is_killed(void);
struct task_struct *proc2_first_thread(struct task_struct *task);
struct task_struct *proc2_next_thread(struct task_struct *task);
bool proc2_pid_alive(const struct task_struct *task);
int proc2_get_nr_threads(struct task_struct *task);
struct task_struct *proc2_ptrace_parent(struct task_struct *task);
pid_t proc2_task_ppid_nr_ns(const struct task_struct *task, struct pid_namespace *ns);
bool proc2_is_pid_ns(struct ns_common *ns);
struct ns_common *proc2_get_proc_ns(struct inode *inode);
struct pid_namespace *proc2_to_pid_ns(struct ns_common *ns);
const struct cred *proc2_task_cred(const struct task_struct *task);
#ifdef CONFIG_CGROUPS
struct cgroup *proc2_task_dfl_cgroup(struct task_struct *task);
u64 proc2_cgroup_id(const struct cgroup *cgrp);
bool proc2_cgroup_is_dead(const struct cgroup *cgrp);
struct kernfs_node *proc2_cgroup_node(const struct cgroup *cgrp);
struct kernfs_node *proc2_current_cgroup_root(void);
void proc2_cgroup_get(struct cgroup *cgrp);
bool proc2_cgroup_tryget(struct cgroup *cgrp);
void proc2_cgroup_put(struct cgroup *cgrp);
struct cgroup *proc2_cgroup_parent(struct cgroup *cgrp);
bool proc2_cgroup_is_descendant(struct cgroup *cgrp, struct cgroup *ancestor);
bool proc2_cgroup_is_called(const struct cgroup *cgrp, const char *name);
struct cgroup *proc2_task_cgroup_ns_root(struct task_struct *task);
void proc2_css_put(struct cgroup_subsys_state *css);
u64 proc2_cgroup_utime(const struct cgroup *cgrp, int cpu);
u64 proc2_cgroup_stime(const struct cgroup *cgrp, int cpu);
u64 proc2_cgroup_ntime(const struct cgroup *cgrp, int cpu);
#ifdef CONFIG_MEMCG
struct mem_cgroup *proc2_mem_cgroup_from_css(struct cgroup_subsys_state *css);
struct mem_cgroup *proc2_parent_mem_cgroup(struct mem_cgroup *memcg);
unsigned long proc2_memory_current(struct mem_cgroup *memcg);
unsigned long proc2_swap_current(struct mem_cgroup *memcg);
#endif
#ifdef CONFIG_CPUSETS
bool proc2_cpuset_online_cpus(struct cgroup_subsys_state *css, unsigned long *mask);
#endif
#ifdef CONFIG_PSI
unsigned int proc2_psi_running(const struct psi_group *group, int cpu);
unsigned int proc2_psi_iowait(const struct psi_group *group, int cpu);
#endif
#ifdef CONFIG_BLK_CGROUP
void proc2_blkcg_lock(struct cgroup_subsys_state *css);
void proc2_blkcg_unlock(struct cgroup_subsys_state *css);
struct blkcg_gq *proc2_first_blkg(struct cgroup_subsys_state *css);
struct blkcg_gq *proc2_next_blkg(struct blkcg_gq *blkg);
struct gendisk *proc2_blkg_disk(struct blkcg_gq *blkg);
dev_t proc2_disk_devt(struct gendisk *disk);
const char *proc2_disk_name(struct gendisk *disk);
u64 proc2_blkg_bytes(struct blkcg_gq *blkg, unsigned int type);
u64 proc2_blkg_ios(struct blkcg_gq *blkg, unsigned int type);
#endif
/* In a private header. */
int cgroup_task_count(const struct cgroup *cgrp);
#endif
/* In no header: fs/proc/cpuinfo.c declares it for itself. */
extern const struct seq_operations cpuinfo_op;
struct ucounts *proc2_task_ucounts(const struct task_struct *task);
unsigned long proc2_task_rlimit(const struct task_struct *task, unsigned int limit);

/* sched.h and friends: what status and stat read */
unsigned int proc2_task_state_index(struct task_struct *task);
bool proc2_task_is_running(struct task_struct *task);
int proc2_task_nice(const struct task_struct *task);
unsigned int proc2_task_cpu(const struct task_struct *task);
bool proc2_task_no_new_privs(struct task_struct *task);
u64 proc2_task_gtime(struct task_struct *task);
void proc2_task_cputime_adjusted(struct task_struct *task, u64 *utime, u64 *stime);
u64 proc2_timens_add_boottime_ns(u64 nsec);
u64 proc2_delayacct_blkio_ticks(struct task_struct *task);
int proc2_task_numa_group_id(struct task_struct *task);
bool proc2_try_get_task_stack(struct task_struct *task);
void proc2_put_task_stack(struct task_struct *task);
unsigned long proc2_kstk_eip(struct task_struct *task);
unsigned long proc2_kstk_esp(struct task_struct *task);
void proc2_unlock_task_sighand(struct task_struct *task, unsigned long *flags);
u64 proc2_get_rlimit_value(struct ucounts *ucounts, enum rlimit_type type);
unsigned int proc2_read_seqbegin(const seqlock_t *lock);
bool proc2_read_seqretry(const seqlock_t *lock, unsigned int start);
unsigned long proc2_read_seqlock_excl_irqsave(seqlock_t *lock);
void proc2_read_sequnlock_excl_irqrestore(seqlock_t *lock, unsigned long flags);
int proc2_tty_nr(struct tty_struct *tty);
struct fs_struct *proc2_task_fs(struct task_struct *task);
void proc2_task_lock(struct task_struct *task);
void proc2_task_unlock(struct task_struct *task);

/* mm.h */
unsigned long proc2_get_mm_counter_sum(struct mm_struct *mm, int member);
unsigned long proc2_get_mm_rss(struct mm_struct *mm);
unsigned long proc2_mm_pgtables_bytes(struct mm_struct *mm);
bool proc2_mm_thp_disabled(struct mm_struct *mm);
unsigned long proc2_mm_untag_mask(struct mm_struct *mm);
bool proc2_mmap_lock_is_contended(struct mm_struct *mm);
int proc2_mmap_read_lock_killable(struct mm_struct *mm);
unsigned long proc2_untagged_addr_remote(struct mm_struct *mm, unsigned long addr);
struct vm_area_struct *proc2_vma_lookup(struct mm_struct *mm, unsigned long addr);
void *proc2_kmap_local_page(struct page *page);
void proc2_kunmap_local(const void *addr);
void proc2_copy_from_user_page(struct vm_area_struct *vma, struct page *page, unsigned long addr, void *dst,
			       const void *src, size_t len);
void proc2_put_page(struct page *page);
void proc2_vma_iter_init(struct vma_iterator *vmi, struct mm_struct *mm, unsigned long addr);
struct vm_area_struct *proc2_get_gate_vma(struct mm_struct *mm);
unsigned long proc2_vma_kernel_pagesize(struct vm_area_struct *vma);
const struct path *proc2_file_user_path(const struct file *file);
const struct inode *proc2_file_user_inode(const struct file *file);
#ifdef CONFIG_ELF_CORE
unsigned long proc2_mm_dump_filter(struct mm_struct *mm);
void proc2_mm_dump_filter_bit(struct mm_struct *mm, int bit, bool set);
#endif
bool proc2_mm_multiprocess(struct mm_struct *mm);
struct task_struct *proc2_next_process(struct task_struct *task);
bool proc2_is_global_init(struct task_struct *task);
bool proc2_rt_or_dl_task_policy(struct task_struct *task);
#ifdef CONFIG_PROC_CHILDREN
void proc2_tasklist_read_lock(void);
void proc2_tasklist_read_unlock(void);
struct pid *proc2_task_pid(struct task_struct *task);
bool proc2_is_child(struct task_struct *task, struct task_struct *parent);
struct task_struct *proc2_first_child(struct task_struct *parent);
struct task_struct *proc2_next_sibling(struct task_struct *task, struct task_struct *parent);
#endif
#if defined(CONFIG_CHECKPOINT_RESTORE) && defined(CONFIG_POSIX_TIMERS)
struct k_itimer *proc2_next_timer(struct k_itimer *timer);
void proc2_timer_lock(struct k_itimer *timer);
void proc2_timer_unlock(struct k_itimer *timer);
bool proc2_timer_valid(struct k_itimer *timer);
int proc2_timer_signo(struct k_itimer *timer);
unsigned long proc2_timer_value(struct k_itimer *timer);
#endif
void proc2_init_delayed_work(struct delayed_work *work, void (*fn)(struct work_struct *work));
void proc2_schedule_delayed_work(struct delayed_work *work, unsigned long delay);
u64 proc2_jiffies_64(void);
unsigned long proc2_load_freq(void);
u64 proc2_cpu_elapsed(int cpu);
int proc2_next_possible_cpu(int cpu);
unsigned int proc2_nr_cpu_ids(void);
void proc2_online_cpus(unsigned long *mask);
u64 proc2_boot_time(void);
u64 proc2_boottime_ns(void);
int proc2_last_pid(void);
bool proc2_task_contributes_to_load(struct task_struct *task);
bool proc2_task_in_iowait(struct task_struct *task);
unsigned long proc2_totalram_pages(void);
unsigned long proc2_nr_swap_pages(void);
unsigned long proc2_total_swap_pages(void);

#ifdef CONFIG_SCHED_INFO
bool proc2_sched_info_on(void);
#endif
#ifdef CONFIG_KSM
long proc2_mm_ksm_zero_pages(struct mm_struct *mm);
bool proc2_mm_merge_any(struct mm_struct *mm);
#endif
unsigned int proc2_nr_cpumask_bits(void);
unsigned int proc2_nodemask_bits(void);
void proc2_task_io_accounting_add(struct task_io_accounting *dst, struct task_io_accounting *src);

/* fs_struct.h, fdtable.h, mount.h, filelock.h, cn_proc.h, uaccess.h */
void proc2_get_fs_root(struct fs_struct *fs, struct path *root);
void proc2_get_fs_pwd(struct fs_struct *fs, struct path *pwd);
unsigned int proc2_files_max_fds(struct files_struct *files);
unsigned int proc2_files_count(struct files_struct *files);
struct file *proc2_files_lookup_fd_locked(struct files_struct *files, unsigned int fd);
bool proc2_close_on_exec(unsigned int fd, const struct files_struct *files);
int proc2_mnt_id(struct vfsmount *mnt);
void proc2_show_fd_locks(struct seq_file *m, struct file *file, struct files_struct *files);
bool proc2_seq_has_overflowed(struct seq_file *m);
int proc2_mutex_lock_interruptible(struct mutex *lock);
void proc2_comm_connector(struct task_struct *task);
int proc2_copy_struct_from_user(void *dst, size_t ksize, const void __user *src, size_t usize);

#endif
