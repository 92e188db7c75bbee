//! Form files.
