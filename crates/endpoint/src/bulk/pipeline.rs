//! Work on all cores between one reader and one writer.

use std::{collections::VecDeque, io, sync::mpsc};

/// Reads pieces, works on each on some core, and writes what came of them in the order in which they were read.
pub(super) fn in_order<P: Send, T: Send>(
    mut read: impl FnMut() -> io::Result<Option<P>>,
    work: impl Fn(&P) -> T + Sync,
    mut write: impl FnMut(T) -> io::Result<()>,
) -> io::Result<()> {
    let work = &work;
    let most_waiting = rayon::current_num_threads() * 2 + 1;
    let mut waiting = VecDeque::with_capacity(most_waiting);
    rayon::in_place_scope(|scope| {
        loop {
            let piece = read()?;
            let is_last = piece.is_none();
            if let Some(piece) = piece {
                let (done, result) = mpsc::sync_channel(1);
                scope.spawn(move |_| {
                    // Nobody waits for it after a failure to write.
                    let _ = done.send(work(&piece));
                });
                waiting.push_back(result);
            }
            while is_last && !waiting.is_empty() || waiting.len() >= most_waiting {
                // A piece that panicked ends the scope with that panic.
                let Some(Ok(result)) = waiting.pop_front().map(|result| result.recv()) else { return Ok(()) };
                write(result)?;
            }
            if is_last {
                return Ok(());
            }
        }
    })
}
