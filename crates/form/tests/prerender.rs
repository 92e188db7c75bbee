//! Forms as the server renders them.
