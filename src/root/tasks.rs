// SPDX-License-Identifier: GPL-2.0

//! `.proc2/tasks` and `.proc2/threads`: all processes, or threads, whose files the reader may open
//! in this instance, with what monitors read of `stat`, `status`, `cmdline` and `cgroup`, in one
//! read. procfs has nothing like it; where a column is a field of one of those, it mirrors the same
//! C source.
//!
//! Tasks are walked in the order of their numbers, some at a time under RCU. One whose row takes
//! something that sleeps ends that walk, and the next one begins behind it: what one reader waits
//! for, no other does. Where each row sleeps, a walk takes counts of some tasks, and their rows are
//! made after it. A task that executes a program is waited for by readers that it is shown to and
//! that have no rows yet, until they get a signal; rows wait for it some milliseconds, for whoever
//! executes one can make that take long, and then the reader gets them. For a command line it waits
//! as in procfs.
//!
//! Locks: RCU, and inside it those of [`row`].

use self::{
    batch::Batch,
    row::{
        Found,
        Outcome, //
    },
    select::Selection,
    walk::Walk, //
};
use crate::{
    fs::node::Node,
    gate::{
        hidepid::{
            may_enter_now,
            MayEnter, //
        },
        Permitted, //
    },
    pure::{
        show::{
            self,
            tasks::query::{
                Of,
                Query, //
            }, //
        },
        text::{
            place::ROOM,
            Text, //
        }, //
    },
    rust_bindings::{
        credentials::opener::Opener,
        procfs::rows::{
            Filled,
            Rows, //
        },
        tasks::task::{
            with_current,
            TaskExt, //
        },
        vfs::file::{
            File,
            FileOps, //
        }, //
    }, //
};
use kernel::{
    prelude::*,
    sync::rcu,
    task::Task,
    time::{
        delay::fsleep,
        Delta, //
    }, //
};

mod batch;
#[cfg(CONFIG_CGROUPS)]
mod cgroup;
mod ids;
mod memory;
mod row;
mod select;
mod walk;

static FILE_OPS: FileOps = FileOps::rows::<Tasks>();

/// The row's node.
pub(super) const NODE: Node = Node::plain(&FILE_OPS);

/// With less room than this in the buffer, no row is begun: most need less, and are written without
/// looking for it.
const USUAL: usize = ROOM;

/// After so many numbers of tasks a grace period can end, however many are hidden.
const LOOKED_AT: usize = 64;

/// So many threads whose times are added up count for a task.
const THREADS: usize = 8;

/// How long a task is waited for that is between two numbers, or two programs.
const BETWEEN: Delta = Delta::from_millis(1);

/// How often rows wait so for one that is.
const TRIES: usize = 10;

/// What an open file remembers.
struct Tasks {
    query: Query,
    selection: Selection,
    next: Next,
    scratch: row::Scratch,
}

/// Where the file goes on.
#[derive(Clone, Copy)]
enum Next {
    Header,
    /// The task with the smallest number from here on.
    Task(u32),
    End,
}

/// Behind the task with this number.
fn behind(nr: u32) -> Next {
    nr.checked_add(1).map_or(Next::End, Next::Task)
}

/// Why a walk under RCU has ended.
enum Pause {
    /// A grace period may end, and the next rows may sleep.
    Often,
    /// There is no room for a row, or not for the last one.
    Full,
}

/// How long a text is when no more rows are begun: `wanted`, or what leaves less room than
/// [`USUAL`] behind a row.
fn full_at(out: &Text<'_>, wanted: usize) -> usize {
    let whole = out.len().saturating_add(out.room());
    whole.saturating_sub(USUAL - 1).min(wanted).max(1)
}

impl Tasks {
    /// Writes rows into `out` until it is `wanted` bytes long, without sleeping. `whole` is the
    /// length without a row that there was no room for. `later` gets the tasks whose rows come next
    /// and take something that sleeps; the walk goes on behind those.
    ///
    /// The number of a task that was reaped meanwhile is looked at again: where a thread executes a
    /// program, it takes over the number of its process, which goes on. A task that is reaped has
    /// lost its number before, and so is not found twice.
    fn walk(
        &mut self,
        file: &File,
        from: u32,
        wanted: usize,
        out: &mut Text<'_>,
        whole: &mut usize,
        later: &mut Batch,
    ) -> Pause {
        let sb = file.inode().super_block();
        let reader = row::Reader {
            query: &self.query,
            pid_ns: sb.pid_ns(),
            user_ns: file.opener_user_ns(),
        };
        let (opener, query) = (Some(Opener::of(file)), &self.query);
        let rcu = rcu::read_lock();
        let mut walk = Walk::new(query, from, sb.pid_ns(), &rcu);
        let sums = query.of == Of::Tasks && query.columns.parts().any(row::SUMS);
        // A row that is made later is asked for then. What selects tasks may be no one's to know,
        // so there the gate is asked first, and again.
        let all_later = row::always_sleeps(query) && self.selection.is_of_all();
        let (full, mut looked_at) = (full_at(out, wanted), 0);
        for walk::Next { nr, pid_ino, task } in walk.by_ref() {
            if nr > query.last() {
                break;
            }
            self.next = Next::Task(nr);
            if looked_at >= LOOKED_AT {
                return Pause::Often;
            }
            looked_at += 1;
            if out.len() >= full {
                return Pause::Full;
            }
            let Some(task) = task else {
                continue;
            };
            let found = Found { nr, pid_ino };
            if all_later {
                if later.push(found, task) {
                    continue;
                }
                return Pause::Often;
            }
            let permitted = match Permitted::<MayEnter>::try_ask(task, opener, &rcu) {
                Some(Ok(permitted)) => permitted,
                Some(Err(err)) if err == ESRCH => return Pause::Often,
                // The caller must not enter the directory, or not even know of it.
                Some(Err(_)) => continue,
                None => {
                    self.next = behind(nr);
                    later.push(found, task);
                    return Pause::Often;
                }
            };
            if !self.selection.has(task, &reader, &rcu) {
                continue;
            }
            match row::now(&permitted, found, &reader, &mut self.scratch, out, &rcu) {
                Outcome::Shown if out.overflowed() => return Pause::Full,
                Outcome::Shown => *whole = out.len(),
                Outcome::Gone => return Pause::Often,
                Outcome::Sleeps => {
                    self.next = behind(nr);
                    later.push(found, task);
                    return Pause::Often;
                }
            }
            if sums {
                looked_at += task.nr_threads() as usize / THREADS;
            }
        }
        self.next = match self.next {
            // Behind the last one that was looked at.
            Next::Task(nr) if walk.goes_on() => behind(nr),
            _ => Next::End,
        };
        Pause::Often
    }

    /// Writes the rows of `later`, as long as there is room, and goes on where a walk has ended, or
    /// with the number of the first one that is not written. Without `patient`, or behind a row, no
    /// task is waited for.
    ///
    /// # Errors
    ///
    /// What a row fails with.
    fn rows(
        &mut self,
        file: &File,
        wanted: usize,
        out: &mut Text<'_>,
        whole: &mut usize,
        later: &mut Batch,
        patient: bool,
    ) -> Result {
        let (behind_all, full) = (self.next, full_at(out, wanted));
        while let Some((found, task)) = later.pop() {
            self.next = Next::Task(found.nr);
            if out.len() >= full {
                return Ok(());
            }
            let patient = patient && *whole == 0;
            let mut made = self.one(file, found, &task, out, patient);
            for _ in 0..TRIES {
                // It mostly is a matter of microseconds.
                if made != Err(EAGAIN) || with_current(|current| current.signal_pending()) {
                    break;
                }
                fsleep(BETWEEN);
                made = self.one(file, found, &task, out, patient);
            }
            made?;
            if out.overflowed() {
                return Ok(());
            }
            *whole = out.len();
            let reaped = matches!(self.next, Next::Task(nr) if nr == found.nr);
            if reaped || with_current(|current| current.signal_pending()) {
                return Ok(());
            }
        }
        self.next = behind_all;
        Ok(())
    }

    /// Asks for a row of a task that is executing a program; `None` if it is not selected.
    #[cold]
    fn ask_one_that_executes<'a>(
        &self,
        opener: Opener<'_>,
        task: &'a Task,
        reader: &row::Reader<'_>,
        patient: bool,
        rcu: rcu::Guard,
    ) -> Result<Option<Permitted<'a, MayEnter>>> {
        // A reader to whom the task is not shown learns nothing of it, by waiting either.
        let shown = may_enter_now(task, opener, &rcu);
        mutant!("tasks_exec: a hidden one is not waited for", shown => Ok(()))?;
        let selected = self.selection.has(task, reader, &rcu);
        if !mutant!("tasks_exec: nor one that is not selected", selected => true) {
            return Ok(None);
        }
        drop(rcu);
        if mutant!("tasks_exec: rows do not wait", !patient => false) {
            return Err(EAGAIN);
        }
        Permitted::ask(task, Some(opener)).map(Some)
    }

    /// Writes the row of a task if it has one, and goes on behind it, or with its number if it is
    /// reaped.
    ///
    /// # Errors
    ///
    /// `ERESTARTSYS` for a signal; `EAGAIN` if it is to be waited for, and the reader is not
    /// `patient`; `ENOMEM`. It goes on with that task.
    fn one(
        &mut self,
        file: &File,
        found: Found,
        task: &Task,
        out: &mut Text<'_>,
        patient: bool,
    ) -> Result {
        let reader = row::Reader {
            query: &self.query,
            pid_ns: file.inode().super_block().pid_ns(),
            user_ns: file.opener_user_ns(),
        };
        let (opener, rcu) = (Opener::of(file), rcu::read_lock());
        let (asked, rcu) = match Permitted::try_ask(task, Some(opener), &rcu) {
            Some(asked) => (asked.map(Some), rcu),
            None => {
                let asked = self.ask_one_that_executes(opener, task, &reader, patient, rcu);
                (asked, rcu::read_lock())
            }
        };
        let permitted = match asked {
            Ok(Some(permitted)) => permitted,
            Err(err) if err == EINTR => return Err(ERESTARTSYS),
            Err(err) if err == EAGAIN => return Err(err),
            Err(err) if err == ESRCH => return Ok(()),
            Ok(None) | Err(_) => {
                self.next = behind(found.nr);
                return Ok(());
            }
        };
        if self.selection.has(task, &reader, &rcu) {
            let scratch = &mut self.scratch;
            match row::slowly(permitted, found, &reader, scratch, out, patient, rcu)? {
                // It is written again, as the task is then.
                Outcome::Shown if out.overflowed() => return Ok(()),
                Outcome::Shown => {}
                Outcome::Gone | Outcome::Sleeps => return Ok(()),
            }
        }
        self.next = behind(found.nr);
        Ok(())
    }
}

impl Rows for Tasks {
    fn new(file: &File) -> Result<Self> {
        // A name that asks for something else has not been found.
        let query = Query::parse(file.name()).ok_or(ENOENT)?;
        Ok(Self {
            selection: Selection::of(&query)?,
            next: Next::Header,
            scratch: row::Scratch::new(&query.columns)?,
            query,
        })
    }

    fn begin(&mut self, file: &File) -> Result {
        // Every check below is of the reader. A descriptor that got to another one, who may see
        // more, must not show that to the first.
        if !mutant!("tasks_gate: the opener", file.is_opener_current()) {
            return Err(EPERM);
        }
        self.scratch.forget();
        Ok(())
    }

    fn restart(&mut self) {
        self.next = Next::Header;
    }

    fn is_at_end(&self) -> bool {
        matches!(self.next, Next::End)
    }

    fn fill(
        &mut self,
        file: &File,
        buf: &mut [u8],
        wanted: usize,
        patient: bool,
    ) -> Result<Filled> {
        let (mut out, mut whole, mut later) = (Text::new(buf), 0, Batch::new());
        loop {
            match self.next {
                Next::End => break,
                Next::Header => {
                    let (of, columns) = (self.query.of, self.query.columns.as_slice());
                    show::tasks::show_header(of, columns, &mut out);
                    if out.overflowed() {
                        break;
                    }
                    whole = out.len();
                    self.next = Next::Task(self.query.first());
                }
                Next::Task(from) => {
                    let mut pause = self.walk(file, from, wanted, &mut out, &mut whole, &mut later);
                    if !later.is_empty() {
                        let made =
                            self.rows(file, wanted, &mut out, &mut whole, &mut later, patient);
                        later.clear();
                        match made {
                            Ok(()) if out.overflowed() => break,
                            Ok(()) => pause = Pause::Often,
                            // The reader gets the rows before it first, and then the error, unless
                            // the row can be made by then.
                            Err(_) if whole > 0 => break,
                            Err(err) => return Err(err),
                        }
                    }
                    match pause {
                        // The next one has been met twice while it was reaped, or its number was
                        // handed on. Whoever does that may need this CPU.
                        Pause::Often if matches!(self.next, Next::Task(nr) if nr == from) => {
                            fsleep(BETWEEN);
                        }
                        Pause::Often => kernel::task::might_sleep(),
                        Pause::Full => break,
                    }
                }
            }
            if with_current(|current| current.signal_pending()) {
                break;
            }
        }
        match self.next {
            _ if whole > 0 => Ok(Filled::Rows(whole)),
            _ if out.overflowed() => Ok(Filled::Longer(out.len())),
            Next::End => Ok(Filled::Rows(0)),
            // Not the end: the next read goes on here, restarted or not.
            Next::Header | Next::Task(_) => Err(ERESTARTSYS),
        }
    }
}
