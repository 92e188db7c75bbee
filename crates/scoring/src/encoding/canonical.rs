//! How structs and enums are written and read.
//!
//! Reading goes on after a failure, with whatever value comes first, and is judged at the end: the code that a page
//! downloads is a third of what it is with a result at every field.

use minicbor::{Decoder, Encoder, data::Type};

/// How deep encoded values may be nested; forms need less than half of it.
const MAX_NESTING: u8 = 64;

/// A value with a canonical encoding.
pub trait Canonical: Sized {
    /// Writes it.
    fn write(&self, writer: &mut Writer);

    /// Reads it; some value of the type once the reader has failed.
    fn read(reader: &mut Reader) -> Self;

    /// Whether it is left out at the end of a struct.
    fn is_absent(&self) -> bool {
        false
    }
}

/// Bytes that are being written.
pub struct Writer(pub(super) Encoder<Vec<u8>>);

impl Writer {
    pub(crate) fn array(&mut self, length: usize) {
        // Writing to memory cannot fail, here and below.
        let _ = self.0.array(u64::try_from(length).unwrap_or(u64::MAX));
    }

    pub(crate) fn map(&mut self, pairs: usize) {
        let _ = self.0.map(u64::try_from(pairs).unwrap_or(u64::MAX));
    }

    pub(crate) fn unsigned(&mut self, number: u64) {
        let _ = self.0.u64(number);
    }
}

/// Bytes that are being read.
pub struct Reader<'b> {
    pub(super) decoder: Decoder<'b>,
    failed: bool,
    nesting: u8,
}

impl<'b> Reader<'b> {
    pub(super) const fn new(decoder: Decoder<'b>) -> Self {
        Self { decoder, failed: false, nesting: 0 }
    }

    pub(super) fn position(&self) -> usize {
        self.decoder.position()
    }

    pub(crate) const fn has_failed(&self) -> bool {
        self.failed
    }

    pub(crate) const fn fail(&mut self) {
        self.failed = true;
    }

    /// What a reading gave; a failure, and nothing once there was one.
    pub(super) fn checked<T, E>(&mut self, read: impl FnOnce(&mut Decoder<'b>) -> Result<T, E>) -> Option<T> {
        if self.failed {
            return None;
        }
        let value = read(&mut self.decoder).ok();
        self.failed = value.is_none();
        value
    }

    // Each of these is one function of the page's code, however many types are read by it.

    /// The next whole number that is not negative.
    #[inline(never)]
    pub(super) fn unsigned(&mut self) -> u64 {
        self.checked(Decoder::u64).unwrap_or_default()
    }

    /// The next whole number.
    #[inline(never)]
    pub(super) fn signed(&mut self) -> i64 {
        self.checked(Decoder::i64).unwrap_or_default()
    }

    /// The next text.
    #[inline(never)]
    pub(super) fn text(&mut self) -> String {
        self.checked(Decoder::str).unwrap_or_default().to_owned()
    }

    /// Whether there is nothing more to read, or a nothing that is now read.
    #[inline(never)]
    pub(super) fn is_nothing(&mut self) -> bool {
        match self.checked(|decoder| decoder.datatype()) {
            Some(Type::Null) => self.checked(Decoder::null).is_some(),
            Some(_) => false,
            None => true,
        }
    }

    /// Opens an array and says how many items it has; [`close`](Self::close) it after them.
    #[inline(never)]
    pub(crate) fn open(&mut self) -> u64 {
        self.nesting = self.nesting.saturating_add(1);
        if self.nesting > MAX_NESTING {
            self.fail();
        }
        // A length that is not given is not canonical.
        let length = self.checked(Decoder::array).flatten();
        self.failed |= length.is_none();
        length.unwrap_or(0)
    }

    /// Closes an array of which `left` items are left, which no version of ours has written.
    #[inline(never)]
    pub(crate) fn close(&mut self, left: u64) {
        self.failed |= left > 0;
        self.nesting = self.nesting.saturating_sub(1);
    }

    /// Opens a map of plain values and says how many pairs it has.
    pub(crate) fn pairs(&mut self) -> u64 {
        let pairs = self.checked(Decoder::map).flatten();
        self.failed |= pairs.is_none();
        pairs.unwrap_or(0)
    }

    /// The next field of a struct of which `left` items are left; absent where there is none.
    pub(crate) fn field<T: Canonical>(&mut self, left: &mut u64) -> T {
        if *left == 0 {
            return self.absent();
        }
        *left = left.saturating_sub(1);
        T::read(self)
    }

    fn absent<T: Canonical>(&mut self) -> T {
        // Reading from nothing gives a value that can be absent, or fails.
        let rest = std::mem::replace(&mut self.decoder, Decoder::new(&[0xf6]));
        let value = T::read(self);
        self.decoder = rest;
        value
    }
}

/// Implements [`Canonical`] for a type of this crate.
macro_rules! canonical {
    (transparent $name:ident) => {
        impl $crate::encoding::Canonical for $name {
            fn write(&self, writer: &mut $crate::encoding::canonical::Writer) {
                self.0.write(writer);
            }

            fn read(reader: &mut $crate::encoding::canonical::Reader) -> Self {
                Self($crate::encoding::Canonical::read(reader))
            }
        }
    };
    (choice $name:ident { $first:ident $(, $variant:ident)* $(,)? }) => {
        impl $crate::encoding::Canonical for $name {
            fn write(&self, writer: &mut $crate::encoding::canonical::Writer) {
                writer.unsigned(*self as u64);
            }

            fn read(reader: &mut $crate::encoding::canonical::Reader) -> Self {
                const ALL: &[$name] = &[$name::$first $(, $name::$variant)*];
                let number = usize::from(<u16 as $crate::encoding::Canonical>::read(reader));
                ALL.get(number).copied().unwrap_or_else(|| {
                    reader.fail();
                    Self::$first
                })
            }
        }
    };
    (struct $name:ident { $($field:ident),+ $(,)? }) => {
        impl $crate::encoding::Canonical for $name {
            fn write(&self, writer: &mut $crate::encoding::canonical::Writer) {
                let present = [$(!$crate::encoding::Canonical::is_absent(&self.$field)),+];
                let length = present.iter().rposition(|present| *present).map_or(0, |last| last.saturating_add(1));
                writer.array(length);
                let mut left = length;
                $(if left > 0 {
                    left = left.saturating_sub(1);
                    $crate::encoding::Canonical::write(&self.$field, writer);
                })+
                let _ = left;
            }

            fn read(reader: &mut $crate::encoding::canonical::Reader) -> Self {
                let mut left = reader.open();
                let value = Self { $($field: reader.field(&mut left)),+ };
                reader.close(left);
                value
            }
        }
    };
    (enum $name:ident { $first:ident $(($($first_part:ident),+))? $(, $variant:ident $(($($part:ident),+))?)* $(,)? }) => {
        impl $crate::encoding::Canonical for $name {
            fn write(&self, writer: &mut $crate::encoding::canonical::Writer) {
                let mut number = 0_u64;
                if let Self::$first $(($($first_part),+))? = self {
                    $crate::encoding::canonical::contents!(writer, number $($(, $first_part)+)?);
                    return;
                }
                $(
                    number = number.saturating_add(1);
                    if let Self::$variant $(($($part),+))? = self {
                        $crate::encoding::canonical::contents!(writer, number $($(, $part)+)?);
                    }
                )*
                let _ = number;
            }

            fn read(reader: &mut $crate::encoding::canonical::Reader) -> Self {
                let parts = reader.open();
                let wanted = <u16 as $crate::encoding::Canonical>::read(reader);
                let mut left = reader.open();
                let mut number = 0_u16;
                let mut value = None;
                $(
                    number = number.saturating_add(1);
                    if wanted == number {
                        value = Some(Self::$variant $(($({
                            let $part = reader.field(&mut left);
                            $part
                        }),+))?);
                    }
                )*
                let value = value.unwrap_or_else(|| {
                    if wanted > 0 {
                        reader.fail();
                    }
                    Self::$first $(($({
                        let $first_part = reader.field(&mut left);
                        $first_part
                    }),+))?
                });
                let _ = number;
                reader.close(left);
                reader.close(parts.saturating_sub(2));
                value
            }
        }
    };
}

/// Writes a variant's number and its contents.
macro_rules! contents {
    ($writer:ident, $number:ident $(, $part:ident)*) => {
        $writer.array(2);
        $writer.unsigned($number);
        let parts: &[()] = &[$({ let _ = $part; }),*];
        $writer.array(parts.len());
        $($crate::encoding::Canonical::write($part, $writer);)*
    };
}

pub(crate) use contents;
