//! The rows of a text that is one list → typed batches: here, in order, or on several threads.

use std::io::{self, Read};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{channel, sync_channel};

use super::gathering::{Gathering, TypedBlock};
use super::text_lists::Watch;
use super::text_oddities::Oddities;
use super::text_rows::{NotUtf8, Splitting, for_rows};
use crate::ingest::{TextBlock, TextBlocks, skip_reason};
use crate::normalize::{Batch, Keep, SheetTyping, Typer};

/// How the rows of a sheet that is one list are typed.
#[derive(Clone, Copy)]
pub(super) struct TypedSheet<'a> {
    pub(super) splitting: Splitting,
    pub(super) typing: &'a SheetTyping,
    pub(super) watch: &'a Watch<'a>,
}

pub(super) fn type_here(
    blocks: &mut TextBlocks<impl Read>,
    sheet: TypedSheet,
    keep: Keep,
) -> io::Result<Result<TypedBlock, NotUtf8>> {
    let gathering = Gathering::of(1);
    let mut order = 0;
    while let Some(block) = blocks.next_block()? {
        match type_block(&block, sheet, gathering.spare()) {
            Ok(block) => gathering.take(order, block.reduced(keep)),
            Err(NotUtf8) => return Ok(Err(NotUtf8)),
        }
        blocks.give_back(block.bytes);
        order += 1;
    }
    Ok(Ok(gathering.finish()))
}

/// Types all rows by one typer, where some continue those above.
pub(super) fn type_in_order(
    blocks: &mut TextBlocks<impl Read>,
    sheet: TypedSheet,
    keep: Keep,
) -> io::Result<Result<TypedBlock, NotUtf8>> {
    let mut typer = Typer::new(sheet.typing, skip_reason);
    let mut oddities = Oddities::default();
    while let Some(block) = blocks.next_block()? {
        match type_rows(&block, sheet, &mut typer) {
            Ok(odd) => oddities.add(odd),
            Err(NotUtf8) => return Ok(Err(NotUtf8)),
        }
        typer.reduce(keep);
    }
    Ok(Ok(TypedBlock { batch: typer.finish(), oddities }))
}

/// Reads on this thread, types on the others.
pub(super) fn type_on_threads(
    blocks: &mut TextBlocks<impl Read>,
    expected: usize,
    sheet: TypedSheet,
    keep: Keep,
) -> io::Result<Result<TypedBlock, NotUtf8>> {
    let threads = rayon::current_num_threads().max(1);
    let (sender, receiver) = sync_channel::<(usize, TextBlock)>(threads);
    let receiver = Mutex::new(receiver);
    let (give_back, given_back) = channel::<Vec<u8>>();
    let gathering = Gathering::of(expected);
    let wrong_encoding = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let used = give_back.clone();
            let (receiver, gathering, wrong_encoding) = (&receiver, &gathering, &wrong_encoding);
            scope.spawn(move || {
                loop {
                    let next = match receiver.lock() {
                        Ok(receiver) => receiver.recv(),
                        Err(_) => return,
                    };
                    let Ok((order, block)) = next else { return };
                    match type_block(&block, sheet, gathering.spare()) {
                        Ok(block) => gathering.take(order, block.reduced(keep)),
                        Err(NotUtf8) => wrong_encoding.store(true, Ordering::Relaxed),
                    }
                    // Nobody waits for the last ones.
                    let _ = used.send(block.bytes);
                }
            });
        }
        let mut order = 0;
        while let Some(block) = blocks.next_block()? {
            if wrong_encoding.load(Ordering::Relaxed) || sender.send((order, block)).is_err() {
                break;
            }
            order += 1;
            given_back.try_iter().for_each(|bytes| blocks.give_back(bytes));
        }
        drop(sender);
        Ok::<(), io::Error>(())
    })?;
    if wrong_encoding.into_inner() {
        return Ok(Err(NotUtf8));
    }
    Ok(Ok(gathering.finish()))
}

fn type_block(block: &TextBlock, sheet: TypedSheet, batch: Batch) -> Result<TypedBlock, NotUtf8> {
    let mut typer = Typer::new(sheet.typing, skip_reason).into_batch(batch);
    let oddities = type_rows(block, sheet, &mut typer)?;
    Ok(TypedBlock { batch: typer.finish(), oddities })
}

/// Types the rows of a block, as long as none makes the text several lists: it is read otherwise then.
fn type_rows(block: &TextBlock, sheet: TypedSheet, typer: &mut Typer) -> Result<Oddities, NotUtf8> {
    typer.reserve(memchr::memchr_iter(b'\n', &block.bytes).count() + 1, block.bytes.len());
    let mut several_lists = sheet.watch.has_seen();
    for_rows(block, sheet.splitting, |row, cells| {
        several_lists = several_lists || sheet.watch.sees(row, cells);
        if !several_lists {
            typer.row(row, cells);
        }
    })
}
