//! The keyboard, and what it writes into.

use anyhow::Result;
use fantoccini::{
    Client,
    actions::{InputSource as _, KeyAction, KeyActions},
    key::Key,
};

use crate::page::ask;

/// What has the focus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Focus {
    /// The element's id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its text, where it has one.
    pub value: Option<String>,
    /// The selection in it, or the caret twice, in UTF-16 units.
    pub selection: Option<(u64, u64)>,
}

/// What has the focus, inside open shadow roots too.
///
/// # Errors
/// Where the browser is gone.
pub async fn focus(client: &Client) -> Result<Focus> {
    let found = ask(client, "focus()", vec![]).await?;
    let text = |key: &str| found[key].as_str().map(str::to_owned);
    Ok(Focus {
        id: text("id").unwrap_or_default(),
        name: text("name").unwrap_or_default(),
        value: text("value"),
        selection: found["start"].as_u64().zip(found["end"].as_u64()),
    })
}

/// Types on the keyboard, wherever the focus is.
///
/// # Errors
/// Where the browser is gone.
pub async fn keys(client: &Client, keys: impl IntoIterator<Item = char>) -> Result<()> {
    let stroke = |value| [KeyAction::Down { value }, KeyAction::Up { value }];
    let strokes = keys.into_iter().flat_map(stroke);
    let keyboard = strokes.fold(KeyActions::new("keyboard".to_owned()), KeyActions::then);
    Ok(client.perform_actions(keyboard).await?)
}

/// Presses a key while shift is held.
///
/// # Errors
/// Where the browser is gone.
pub async fn shift(client: &Client, key: Key, times: usize) -> Result<()> {
    let (shift, value) = (char::from(Key::Shift), char::from(key));
    let mut keyboard = KeyActions::new("keyboard".to_owned()).then(KeyAction::Down { value: shift });
    for _ in 0..times {
        keyboard = keyboard.then(KeyAction::Down { value }).then(KeyAction::Up { value });
    }
    Ok(client.perform_actions(keyboard.then(KeyAction::Up { value: shift })).await?)
}
