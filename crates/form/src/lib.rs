//! What a lead form looks like and how it behaves.
