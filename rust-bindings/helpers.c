// SPDX-License-Identifier: GPL-2.0
/* See helpers.h: one line each, nothing but a call of the inline function or macro that the name says. */
#include "helpers.h"

#include <linux/module.h>

/* module! has no word for it, and modpost sums the sources up (srcversion) only where there is one. */
MODULE_VERSION(PROC2_VERSION);

bool proc2_dir_emit(struct dir_context *ctx, const char *name, int namelen, u64 ino, unsigned int type)
{
	return dir_emit(ctx, name, namelen, ino, type);
}

bool proc2_dir_emit_dots(struct file *file, struct dir_context *ctx)
{
	return dir_emit_dots(file, ctx);
}

void **proc2_radix_tree_iter_init(struct radix_tree_iter *iter, unsigned long start)
{
	return (void **)radix_tree_iter_init(iter, start);
}

void **proc2_radix_tree_iter_retry(struct radix_tree_iter *iter)
{
	return (void **)radix_tree_iter_retry(iter);
}

void *proc2_alloc_inode_sb(struct super_block *sb, struct kmem_cache *cache, gfp_t gfp)
{
	return alloc_inode_sb(sb, cache, gfp);
}

struct kmem_cache *proc2_kmem_cache_create(const char *name, unsigned int size, unsigned int align, slab_flags_t flags,
					   void (*ctor)(void *))
{
	return kmem_cache_create(name, size, align, flags, ctor);
}

void proc2_hlist_add_head_rcu(struct hlist_node *n, struct hlist_head *h)
{
	hlist_add_head_rcu(n, h);
}

void proc2_hlist_del_init_rcu(struct hlist_node *n)
{
	hlist_del_init_rcu(n);
}

void proc2_dont_mount(struct dentry *dentry)
{
	dont_mount(dentry);
}

bool proc2_d_in_lookup(const struct dentry *dentry)
{
	return d_in_lookup(dentry);
}

void proc2_d_lookup_done(struct dentry *dentry)
{
	d_lookup_done(dentry);
}

int proc2_compare_names(unsigned int len, const char *text, const struct qstr *name)
{
	return len != name->len || memcmp(text, name->name, len);
}

void proc2_set_delayed_call(struct delayed_call *call, void (*fn)(void *), void *arg)
{
	set_delayed_call(call, fn, arg);
}

struct pid *proc2_get_pid(struct pid *pid)
{
	return get_pid(pid);
}

struct user_namespace *proc2_get_user_ns(struct user_namespace *ns)
{
	return get_user_ns(ns);
}

void proc2_put_user_ns(struct user_namespace *ns)
{
	put_user_ns(ns);
}

/*
 * What stands behind struct ns_common is read in C: bindgen makes that too short for Linux 7.2, where struct ns_tree is an
 * unnamed member of an unnamed union.
 */
unsigned long proc2_user_ns_flags(const struct user_namespace *ns)
{
	return READ_ONCE(ns->flags);
}

const struct timens_offsets *proc2_timens_offsets(const struct time_namespace *ns)
{
	return &ns->offsets;
}

struct user_namespace *proc2_current_user_ns(void)
{
	return current_user_ns();
}

bool proc2_same_thread_group(struct task_struct *a, struct task_struct *b)
{
	return same_thread_group(a, b);
}

bool proc2_current_is_killed(void)
{
	return fatal_signal_pending(current);
}

struct task_struct *proc2_first_thread(struct task_struct *task)
{
	return list_first_or_null_rcu(&task->signal->thread_head, struct task_struct, thread_node);
}

struct task_struct *proc2_next_thread(struct task_struct *task)
{
	return __next_thread(task);
}

bool proc2_pid_alive(const struct task_struct *task)
{
	return pid_alive(task);
}

int proc2_get_nr_threads(struct task_struct *task)
{
	return get_nr_threads(task);
}

struct task_struct *proc2_ptrace_parent(struct task_struct *task)
{
	return ptrace_parent(task);
}

pid_t proc2_task_ppid_nr_ns(const struct task_struct *task, struct pid_namespace *ns)
{
	return task_ppid_nr_ns(task, ns);
}

bool proc2_is_pid_ns(struct ns_common *ns)
{
	return ns->ns_type == CLONE_NEWPID;
}

struct ns_common *proc2_get_proc_ns(struct inode *inode)
{
	return get_proc_ns(inode);
}

struct pid_namespace *proc2_to_pid_ns(struct ns_common *ns)
{
	return container_of(ns, struct pid_namespace, ns);
}

const struct cred *proc2_task_cred(const struct task_struct *task)
{
	return __task_cred(task);
}

#ifdef CONFIG_CGROUPS
struct cgroup *proc2_task_dfl_cgroup(struct task_struct *task)
{
	return task_dfl_cgroup(task);
}

u64 proc2_cgroup_id(const struct cgroup *cgrp)
{
	return cgroup_id(cgrp);
}

/* cgroup_is_dead() of a private header. */
bool proc2_cgroup_is_dead(const struct cgroup *cgrp)
{
	return !(READ_ONCE(cgrp->self.flags) & CSS_ONLINE);
}

struct kernfs_node *proc2_cgroup_node(const struct cgroup *cgrp)
{
	return cgrp->kn;
}

struct kernfs_node *proc2_current_cgroup_root(void)
{
	return current->nsproxy->cgroup_ns->root_cset->dfl_cgrp->kn;
}

void proc2_cgroup_get(struct cgroup *cgrp)
{
	cgroup_get(cgrp);
}

bool proc2_cgroup_tryget(struct cgroup *cgrp)
{
	return cgroup_tryget(cgrp);
}

void proc2_cgroup_put(struct cgroup *cgrp)
{
	cgroup_put(cgrp);
}

struct cgroup *proc2_cgroup_parent(struct cgroup *cgrp)
{
	return cgroup_parent(cgrp);
}

bool proc2_cgroup_is_descendant(struct cgroup *cgrp, struct cgroup *ancestor)
{
	return cgroup_is_descendant(cgrp, ancestor);
}

/* kernfs_rcu_name() of a private header. */
bool proc2_cgroup_is_called(const struct cgroup *cgrp, const char *name)
{
	return !strcmp(rcu_dereference(cgrp->kn->name), name);
}

struct cgroup *proc2_task_cgroup_ns_root(struct task_struct *task)
{
	return task->nsproxy ? task->nsproxy->cgroup_ns->root_cset->dfl_cgrp : NULL;
}

void proc2_css_put(struct cgroup_subsys_state *css)
{
	css_put(css);
}

u64 proc2_cgroup_utime(const struct cgroup *cgrp, int cpu)
{
	return READ_ONCE(per_cpu_ptr(cgrp->rstat_base_cpu, cpu)->subtree_bstat.cputime.utime);
}

u64 proc2_cgroup_stime(const struct cgroup *cgrp, int cpu)
{
	return READ_ONCE(per_cpu_ptr(cgrp->rstat_base_cpu, cpu)->subtree_bstat.cputime.stime);
}

u64 proc2_cgroup_ntime(const struct cgroup *cgrp, int cpu)
{
	return READ_ONCE(per_cpu_ptr(cgrp->rstat_base_cpu, cpu)->subtree_bstat.ntime);
}

#ifdef CONFIG_MEMCG
struct mem_cgroup *proc2_mem_cgroup_from_css(struct cgroup_subsys_state *css)
{
	return mem_cgroup_from_css(css);
}

struct mem_cgroup *proc2_parent_mem_cgroup(struct mem_cgroup *memcg)
{
	return parent_mem_cgroup(memcg);
}

unsigned long proc2_memory_current(struct mem_cgroup *memcg)
{
	return page_counter_read(&memcg->memory);
}

unsigned long proc2_swap_current(struct mem_cgroup *memcg)
{
	return page_counter_read(&memcg->swap);
}
#endif

#ifdef CONFIG_CPUSETS
bool proc2_cpuset_online_cpus(struct cgroup_subsys_state *css, unsigned long *mask)
{
	return bitmap_and(mask, cpumask_bits(css_cs(css)->effective_cpus), cpumask_bits(cpu_online_mask), nr_cpu_ids);
}
#endif

#ifdef CONFIG_PSI
unsigned int proc2_psi_running(const struct psi_group *group, int cpu)
{
	return READ_ONCE(per_cpu_ptr(group->pcpu, cpu)->tasks[NR_RUNNING]);
}

unsigned int proc2_psi_iowait(const struct psi_group *group, int cpu)
{
	return READ_ONCE(per_cpu_ptr(group->pcpu, cpu)->tasks[NR_IOWAIT]);
}
#endif

#ifdef CONFIG_BLK_CGROUP
void proc2_blkcg_lock(struct cgroup_subsys_state *css)
{
	spin_lock_irq(&css_to_blkcg(css)->lock);
}

void proc2_blkcg_unlock(struct cgroup_subsys_state *css)
{
	spin_unlock_irq(&css_to_blkcg(css)->lock);
}

struct blkcg_gq *proc2_first_blkg(struct cgroup_subsys_state *css)
{
	return hlist_entry_safe(css_to_blkcg(css)->blkg_list.first, struct blkcg_gq, blkcg_node);
}

struct blkcg_gq *proc2_next_blkg(struct blkcg_gq *blkg)
{
	return hlist_entry_safe(blkg->blkcg_node.next, struct blkcg_gq, blkcg_node);
}

struct gendisk *proc2_blkg_disk(struct blkcg_gq *blkg)
{
	return blkg->online ? blkg->q->disk : NULL;
}

dev_t proc2_disk_devt(struct gendisk *disk)
{
	return disk_devt(disk);
}

const char *proc2_disk_name(struct gendisk *disk)
{
	return disk->disk_name;
}

u64 proc2_blkg_bytes(struct blkcg_gq *blkg, unsigned int type)
{
	return type < BLKG_IOSTAT_NR ? READ_ONCE(blkg->iostat.cur.bytes[type]) : 0;
}

u64 proc2_blkg_ios(struct blkcg_gq *blkg, unsigned int type)
{
	return type < BLKG_IOSTAT_NR ? READ_ONCE(blkg->iostat.cur.ios[type]) : 0;
}
#endif
#endif

void proc2_init_delayed_work(struct delayed_work *work, void (*fn)(struct work_struct *work))
{
	INIT_DELAYED_WORK(work, fn);
}

void proc2_schedule_delayed_work(struct delayed_work *work, unsigned long delay)
{
	queue_delayed_work(system_dfl_wq, work, delay);
}

u64 proc2_jiffies_64(void)
{
	return get_jiffies_64();
}

unsigned long proc2_load_freq(void)
{
	return LOAD_FREQ;
}

static u64 cpu_elapsed_at_most(int cpu)
{
	struct kernel_cpustat kcpustat;
	const u64 *times = kcpustat.cpustat;

	kcpustat_cpu_fetch(&kcpustat, cpu);
	return times[CPUTIME_USER] + times[CPUTIME_NICE] + times[CPUTIME_SYSTEM] + times[CPUTIME_IDLE] +
	       times[CPUTIME_IOWAIT] + times[CPUTIME_IRQ] + times[CPUTIME_SOFTIRQ] + times[CPUTIME_STEAL];
}

/*
 * The time since an idle CPU went idle is part of its idle time or of its time of waiting for I/O. Each is looked at by
 * itself, and where the last waiter is woken elsewhere in between, neither has it.
 */
u64 proc2_cpu_elapsed(int cpu)
{
	u64 first = cpu_elapsed_at_most(cpu);

	return max(first, cpu_elapsed_at_most(cpu));
}

int proc2_next_possible_cpu(int cpu)
{
	return cpumask_next(cpu, cpu_possible_mask);
}

unsigned int proc2_nr_cpu_ids(void)
{
	return nr_cpu_ids;
}

void proc2_online_cpus(unsigned long *mask)
{
	bitmap_copy(mask, cpumask_bits(cpu_online_mask), nr_cpu_ids);
}

u64 proc2_boot_time(void)
{
	struct timespec64 time;

	getboottime64(&time);
	timens_sub_boottime(&time);
	return time.tv_sec;
}

u64 proc2_boottime_ns(void)
{
	return timens_add_boottime_ns(ktime_get_boottime_ns());
}

int proc2_last_pid(void)
{
	return idr_get_cursor(&task_active_pid_ns(current)->idr) - 1;
}

/* task_contributes_to_load, as kernel/sched/core.c has it. */
bool proc2_task_contributes_to_load(struct task_struct *task)
{
	unsigned int state = READ_ONCE(task->__state);

	return state == TASK_RUNNING || (state & TASK_UNINTERRUPTIBLE && !(state & (TASK_NOLOAD | TASK_FROZEN)));
}

bool proc2_task_in_iowait(struct task_struct *task)
{
	return task->in_iowait;
}

unsigned long proc2_nr_swap_pages(void)
{
	return get_nr_swap_pages();
}

struct ucounts *proc2_task_ucounts(const struct task_struct *task)
{
	return task_ucounts(task);
}

unsigned long proc2_task_rlimit(const struct task_struct *task, unsigned int limit)
{
	return task_rlimit(task, limit);
}

unsigned int proc2_task_state_index(struct task_struct *task)
{
	return task_state_index(task);
}

bool proc2_task_is_running(struct task_struct *task)
{
	return task_is_running(task);
}

int proc2_task_nice(const struct task_struct *task)
{
	return task_nice(task);
}

unsigned int proc2_task_cpu(const struct task_struct *task)
{
	return task_cpu(task);
}

bool proc2_task_no_new_privs(struct task_struct *task)
{
	return task_no_new_privs(task);
}

u64 proc2_task_gtime(struct task_struct *task)
{
	return task_gtime(task);
}

void proc2_task_cputime_adjusted(struct task_struct *task, u64 *utime, u64 *stime)
{
	task_cputime_adjusted(task, utime, stime);
}

u64 proc2_timens_add_boottime_ns(u64 nsec)
{
	return timens_add_boottime_ns(nsec);
}

u64 proc2_delayacct_blkio_ticks(struct task_struct *task)
{
	return delayacct_blkio_ticks(task);
}

int proc2_task_numa_group_id(struct task_struct *task)
{
	return task_numa_group_id(task);
}

bool proc2_try_get_task_stack(struct task_struct *task)
{
	return try_get_task_stack(task);
}

void proc2_put_task_stack(struct task_struct *task)
{
	put_task_stack(task);
}

unsigned long proc2_kstk_eip(struct task_struct *task)
{
	return KSTK_EIP(task);
}

unsigned long proc2_kstk_esp(struct task_struct *task)
{
	return KSTK_ESP(task);
}

void proc2_unlock_task_sighand(struct task_struct *task, unsigned long *flags)
{
	unlock_task_sighand(task, flags);
}

u64 proc2_get_rlimit_value(struct ucounts *ucounts, enum rlimit_type type)
{
	return get_rlimit_value(ucounts, type);
}

unsigned int proc2_read_seqbegin(const seqlock_t *lock)
{
	return read_seqbegin(lock);
}

bool proc2_read_seqretry(const seqlock_t *lock, unsigned int start)
{
	return read_seqretry(lock, start);
}

unsigned long proc2_read_seqlock_excl_irqsave(seqlock_t *lock)
{
	unsigned long flags;

	read_seqlock_excl_irqsave(lock, flags);
	return flags;
}

void proc2_read_sequnlock_excl_irqrestore(seqlock_t *lock, unsigned long flags)
{
	read_sequnlock_excl_irqrestore(lock, flags);
}

int proc2_tty_nr(struct tty_struct *tty)
{
	return new_encode_dev(tty_devnum(tty));
}

/* What the task's own directories are, whoever it runs as for a moment: one member before Linux 7.3. */
struct fs_struct *proc2_task_fs(struct task_struct *task)
{
#if KERNEL_VERSION(7, 3, 0) <= LINUX_VERSION_CODE
	return task->real_fs;
#else
	return task->fs;
#endif
}

void proc2_task_lock(struct task_struct *task)
{
	task_lock(task);
}

void proc2_task_unlock(struct task_struct *task)
{
	task_unlock(task);
}

unsigned long proc2_get_mm_counter_sum(struct mm_struct *mm, int member)
{
	return get_mm_counter_sum(mm, member);
}

unsigned long proc2_get_mm_rss(struct mm_struct *mm)
{
	return get_mm_rss(mm);
}

unsigned long proc2_mm_pgtables_bytes(struct mm_struct *mm)
{
	return mm_pgtables_bytes(mm);
}

bool proc2_mm_thp_disabled(struct mm_struct *mm)
{
	return mm_flags_test(MMF_DISABLE_THP_COMPLETELY, mm);
}

unsigned long proc2_mm_untag_mask(struct mm_struct *mm)
{
	return mm_untag_mask(mm);
}

int proc2_mmap_read_lock_killable(struct mm_struct *mm)
{
	return mmap_read_lock_killable(mm);
}

bool proc2_mmap_lock_is_contended(struct mm_struct *mm)
{
	return mmap_lock_is_contended(mm);
}

unsigned long proc2_untagged_addr_remote(struct mm_struct *mm, unsigned long addr)
{
	return untagged_addr_remote(mm, addr);
}

struct vm_area_struct *proc2_vma_lookup(struct mm_struct *mm, unsigned long addr)
{
	return vma_lookup(mm, addr);
}

void *proc2_kmap_local_page(struct page *page)
{
	return kmap_local_page(page);
}

void proc2_kunmap_local(const void *addr)
{
	kunmap_local(addr);
}

void proc2_copy_from_user_page(struct vm_area_struct *vma, struct page *page, unsigned long addr, void *dst,
			       const void *src, size_t len)
{
	copy_from_user_page(vma, page, addr, dst, src, len);
}

void proc2_put_page(struct page *page)
{
	put_page(page);
}

void proc2_vma_iter_init(struct vma_iterator *vmi, struct mm_struct *mm, unsigned long addr)
{
	vma_iter_init(vmi, mm, addr);
}

struct vm_area_struct *proc2_get_gate_vma(struct mm_struct *mm)
{
	return get_gate_vma(mm);
}

unsigned long proc2_vma_kernel_pagesize(struct vm_area_struct *vma)
{
	return vma_kernel_pagesize(vma);
}

const struct path *proc2_file_user_path(const struct file *file)
{
	return file_user_path(file);
}

const struct inode *proc2_file_user_inode(const struct file *file)
{
	return file_user_inode(file);
}

#ifdef CONFIG_ELF_CORE
unsigned long proc2_mm_dump_filter(struct mm_struct *mm)
{
	return (__mm_flags_get_word(mm) & MMF_DUMP_FILTER_MASK) >> MMF_DUMP_FILTER_SHIFT;
}

void proc2_mm_dump_filter_bit(struct mm_struct *mm, int bit, bool set)
{
	if (set)
		mm_flags_set(bit + MMF_DUMP_FILTER_SHIFT, mm);
	else
		mm_flags_clear(bit + MMF_DUMP_FILTER_SHIFT, mm);
}
#endif

bool proc2_mm_multiprocess(struct mm_struct *mm)
{
	return mm_flags_test(MMF_MULTIPROCESS, mm);
}

struct task_struct *proc2_next_process(struct task_struct *task)
{
	return next_task(task);
}

bool proc2_is_global_init(struct task_struct *task)
{
	return is_global_init(task);
}

bool proc2_rt_or_dl_task_policy(struct task_struct *task)
{
	return rt_or_dl_task_policy(task);
}

#ifdef CONFIG_PROC_CHILDREN
void proc2_tasklist_read_lock(void)
{
	read_lock(&tasklist_lock);
}

void proc2_tasklist_read_unlock(void)
{
	read_unlock(&tasklist_lock);
}

struct pid *proc2_task_pid(struct task_struct *task)
{
	return task_pid(task);
}

bool proc2_is_child(struct task_struct *task, struct task_struct *parent)
{
	return task->real_parent == parent && !list_empty(&task->sibling);
}

struct task_struct *proc2_first_child(struct task_struct *parent)
{
	return list_first_entry_or_null(&parent->children, struct task_struct, sibling);
}

struct task_struct *proc2_next_sibling(struct task_struct *task, struct task_struct *parent)
{
	return list_is_last(&task->sibling, &parent->children) ? NULL : list_next_entry(task, sibling);
}
#endif

#if defined(CONFIG_CHECKPOINT_RESTORE) && defined(CONFIG_POSIX_TIMERS)
struct k_itimer *proc2_next_timer(struct k_itimer *timer)
{
	return hlist_entry_safe(rcu_dereference(hlist_next_rcu(&timer->list)), struct k_itimer, list);
}

void proc2_timer_lock(struct k_itimer *timer)
{
	spin_lock_irq(&timer->it_lock);
}

void proc2_timer_unlock(struct k_itimer *timer)
{
	spin_unlock_irq(&timer->it_lock);
}

bool proc2_timer_valid(struct k_itimer *timer)
{
	return posixtimer_valid(timer);
}

int proc2_timer_signo(struct k_itimer *timer)
{
	return timer->sigq.info.si_signo;
}

unsigned long proc2_timer_value(struct k_itimer *timer)
{
	return (unsigned long)timer->sigq.info.si_value.sival_ptr;
}
#endif

unsigned long proc2_totalram_pages(void)
{
	return totalram_pages();
}

unsigned long proc2_total_swap_pages(void)
{
	return total_swap_pages;
}

#ifdef CONFIG_SCHED_INFO
bool proc2_sched_info_on(void)
{
	return sched_info_on();
}
#endif

#ifdef CONFIG_KSM
long proc2_mm_ksm_zero_pages(struct mm_struct *mm)
{
	return mm_ksm_zero_pages(mm);
}

bool proc2_mm_merge_any(struct mm_struct *mm)
{
	return mm_flags_test(MMF_VM_MERGE_ANY, mm);
}
#endif

unsigned int proc2_nr_cpumask_bits(void)
{
	return nr_cpumask_bits;
}

/* How many bits nodemask_pr_args() prints: all that a mask has room for before Linux 7.3, those of the machine since. */
unsigned int proc2_nodemask_bits(void)
{
	return __nodemask_pr_numnodes(&node_states[N_ONLINE]);
}

void proc2_task_io_accounting_add(struct task_io_accounting *dst, struct task_io_accounting *src)
{
	task_io_accounting_add(dst, src);
}

void proc2_get_fs_root(struct fs_struct *fs, struct path *root)
{
	get_fs_root(fs, root);
}

void proc2_get_fs_pwd(struct fs_struct *fs, struct path *pwd)
{
	get_fs_pwd(fs, pwd);
}

unsigned int proc2_files_max_fds(struct files_struct *files)
{
	return files_fdtable(files)->max_fds;
}

unsigned int proc2_files_count(struct files_struct *files)
{
	struct fdtable *fdt = files_fdtable(files);

	return bitmap_weight(fdt->open_fds, fdt->max_fds);
}

struct file *proc2_files_lookup_fd_locked(struct files_struct *files, unsigned int fd)
{
	return files_lookup_fd_locked(files, fd);
}

bool proc2_close_on_exec(unsigned int fd, const struct files_struct *files)
{
	return close_on_exec(fd, files);
}

int proc2_mnt_id(struct vfsmount *mnt)
{
	return real_mount(mnt)->mnt_id;
}

void proc2_show_fd_locks(struct seq_file *m, struct file *file, struct files_struct *files)
{
	show_fd_locks(m, file, files);
}

bool proc2_seq_has_overflowed(struct seq_file *m)
{
	return seq_has_overflowed(m);
}

int proc2_mutex_lock_interruptible(struct mutex *lock)
{
	return mutex_lock_interruptible(lock);
}

void proc2_comm_connector(struct task_struct *task)
{
	proc_comm_connector(task);
}

int proc2_copy_struct_from_user(void *dst, size_t ksize, const void __user *src, size_t usize)
{
	return copy_struct_from_user(dst, ksize, src, usize);
}
