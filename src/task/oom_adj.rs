// SPDX-License-Identifier: GPL-2.0

//! `oom_score_adj`, and `oom_adj`, its older form on another scale: how much the out-of-memory
//! killer is to spare a process.
//!
//! Mirrors `oom_adj_read()`, `oom_adj_write()`, `oom_score_adj_read()`, `oom_score_adj_write()` and
//! `__set_oom_adj()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). The mode decides who may write;
//! less than what the process was allowed takes `CAP_SYS_RESOURCE`.
//!
//! Locks: `oom_adj_mutex`, and in it `task_lock()`.

use crate::{
    fs::{
        live::LiveEntry,
        number,
        request::Request,
        write::WriteEntry, //
    },
    gate::{
        change::OomScore,
        Anyone,
        Permitted, //
    },
    pure::{
        show::oom_score::legacy,
        text::Text, //
    },
    rust_bindings::{
        tasks::oom::{
            adjustment,
            Adjustment, //
        },
        vfs::{
            file::Seek,
            user::UserData, //
        }, //
    }, //
};
use kernel::prelude::*;

/// `oom_score_adj`.
pub(super) struct ScoreAdj;
/// `oom_adj`.
pub(super) struct Adj;

impl LiveEntry<Anyone> for ScoreAdj {
    const SEEK: Seek = Seek::Default;

    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        number::line(out, adjustment(permitted.task()).into());
        Ok(())
    }
}

impl WriteEntry<OomScore> for ScoreAdj {
    type Value = i16;

    fn parse(data: &UserData, _pos: i64, _request: &Request<'_>) -> Result<(i16, usize)> {
        let (value, taken) = number::stripped_i32(data)?;
        let value = i16::try_from(value).map_err(|_| EINVAL)?;
        if !legacy::SCORES.contains(&value) {
            return Err(EINVAL);
        }
        Ok((value, taken))
    }

    fn apply(permitted: &Permitted<'_, OomScore>, _request: &Request<'_>, value: i16) -> Result {
        let adjustment = Adjustment::lock(permitted.task());
        if value < adjustment.minimum() {
            permitted.may_lower_oom_score_adj()?;
        }
        adjustment.set(value, permitted.may_set_minimum_quietly());
        Ok(())
    }
}

impl LiveEntry<Anyone> for Adj {
    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        let score = adjustment(permitted.task());
        number::line(out, legacy::from_score(score).into());
        Ok(())
    }
}

impl WriteEntry<OomScore> for Adj {
    type Value = i16;

    fn parse(data: &UserData, _pos: i64, _request: &Request<'_>) -> Result<(i16, usize)> {
        let (value, taken) = number::stripped_i32(data)?;
        Ok((legacy::to_score(value).ok_or(EINVAL)?, taken))
    }

    fn apply(permitted: &Permitted<'_, OomScore>, _request: &Request<'_>, value: i16) -> Result {
        let lock = Adjustment::lock(permitted.task());
        if value < adjustment(permitted.task()) {
            permitted.may_lower_oom_score_adj()?;
        }
        lock.set(value, false);
        Ok(())
    }
}
