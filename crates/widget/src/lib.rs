//! The form in a visitor's page.
