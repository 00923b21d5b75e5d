//! `cases waive`, `close`, `reopen` and `assign`.

use aidcheck::record::{Language, Message};

use super::super::{Stop, Voice};
use super::Desk;
use super::arguments::{AssignArguments, ReasonArguments, StoreArguments, WaiveArguments};

/// Allows a case until a day.
pub fn waive(
    arguments: &WaiveArguments,
    store: &StoreArguments,
    voice: Voice,
) -> anyhow::Result<u8> {
    let mut desk = Desk::to_change(&arguments.doer, store, voice)?;
    if arguments.until < desk.today {
        return Err(Stop::usage(match desk.language {
            Language::Zh => format!("{} 已经过去；请写以后的日期", arguments.until),
            Language::En => format!("{} is past; give a day to come", arguments.until),
        })
        .into());
    }
    let case = desk.find(&arguments.case)?;
    desk.act(arguments.doer.user.as_deref(), |store, doer| {
        store.waive(doer, case, &arguments.reason, arguments.until)
    })?;
    told(&desk, voice, &arguments.case, ("已豁免", "waived"))
}

/// Closes a case by hand.
pub fn close(
    arguments: &ReasonArguments,
    store: &StoreArguments,
    voice: Voice,
) -> anyhow::Result<u8> {
    let mut desk = Desk::to_change(&arguments.doer, store, voice)?;
    let case = desk.find(&arguments.case)?;
    desk.act(arguments.doer.user.as_deref(), |store, doer| {
        store.close(doer, case, &arguments.reason)
    })?;
    told(&desk, voice, &arguments.case, ("已结案", "closed"))
}

/// Opens a case again.
pub fn reopen(
    arguments: &ReasonArguments,
    store: &StoreArguments,
    voice: Voice,
) -> anyhow::Result<u8> {
    let mut desk = Desk::to_change(&arguments.doer, store, voice)?;
    let case = desk.find(&arguments.case)?;
    desk.act(arguments.doer.user.as_deref(), |store, doer| {
        let (user, reason) = (doer.user, &arguments.reason);
        let why = Message::new(format!("{user}：{reason}"), format!("{user}: {reason}"));
        store.reopen(doer, case, &why)
    })?;
    told(&desk, voice, &arguments.case, ("已重新打开", "reopened"))
}

/// Gives a case to somebody.
pub fn assign(
    arguments: &AssignArguments,
    store: &StoreArguments,
    voice: Voice,
) -> anyhow::Result<u8> {
    let mut desk = Desk::to_change(&arguments.doer, store, voice)?;
    let case = desk.find(&arguments.case)?;
    desk.act(arguments.doer.user.as_deref(), |store, doer| {
        store.assign(doer, case, arguments.to.trim())
    })?;
    told(&desk, voice, &arguments.case, ("已交办", "assigned"))
}

fn told(desk: &Desk, voice: Voice, case: &str, what: (&str, &str)) -> anyhow::Result<u8> {
    voice.say(&format!("{case} {}", desk.say(what.0, what.1)))?;
    Ok(0)
}
