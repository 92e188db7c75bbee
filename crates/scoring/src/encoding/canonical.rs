//! How structs and enums are written and read.
//!
//! Reading goes on after a failure, with whatever value comes first, and is judged at the end: the code that a page
//! downloads is a third of what it is with a result at every field.

use minicbor::Encoder;

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

/// Bytes that are being read. A head (RFC 8949, 3) is nearly all there is to it; a reader that knows the whole of CBOR is
/// three kilobytes more in the page.
pub struct Reader<'b> {
    rest: &'b [u8],
    failed: bool,
    /// Whether the struct that is read has nothing more: what comes is absent, or there is a failure.
    ended: bool,
    nesting: u8,
}

// What stands in the first three bits of an item.
const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;

const FALSE: u8 = 0xf4;
const TRUE: u8 = 0xf5;
const NULL: u8 = 0xf6;

impl<'b> Reader<'b> {
    pub(super) const fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes, failed: false, ended: false, nesting: 0 }
    }

    /// How many bytes are left.
    pub(super) const fn left(&self) -> usize {
        self.rest.len()
    }

    pub(crate) const fn has_failed(&self) -> bool {
        self.failed
    }

    pub(crate) const fn fail(&mut self) {
        self.failed = true;
    }

    // Each of these is one function of the page's code, however many types are read by it. Once there was a failure,
    // each gives nothing.

    /// The number in the head of the next item, which must be of this kind. A length that is not given is not canonical.
    #[inline(never)]
    fn head(&mut self, kind: u8) -> u64 {
        let number = self.rest.split_first().filter(|_| !self.failed && !self.ended).and_then(|(first, rest)| {
            let size = match first & 0x1f {
                _ if first >> 5 != kind => return None,
                small @ 0..24 => return Some((u64::from(small), rest)),
                24 => 1,
                25 => 2,
                26 => 4,
                27 => 8,
                _ => return None,
            };
            let (bytes, rest) = rest.split_at_checked(size)?;
            Some((bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)), rest))
        });
        self.took(number)
    }

    /// What was read and what comes after it; a failure where there is none.
    fn took<T: Default>(&mut self, read: Option<(T, &'b [u8])>) -> T {
        let Some((value, rest)) = read else {
            self.failed = true;
            return T::default();
        };
        self.rest = rest;
        value
    }

    /// The next whole number that is not negative.
    pub(super) fn unsigned(&mut self) -> u64 {
        self.head(UNSIGNED)
    }

    /// The next whole number.
    #[inline(never)]
    pub(super) fn signed(&mut self) -> i64 {
        let is_negative = self.rest.first().is_some_and(|first| first >> 5 == NEGATIVE);
        let number = i64::try_from(self.head(if is_negative { NEGATIVE } else { UNSIGNED }));
        self.failed |= number.is_err();
        let number = number.unwrap_or_default();
        // A negative number is told by how far below -1 it is.
        if is_negative && !self.failed { !number } else { number }
    }

    /// The next yes or no.
    #[inline(never)]
    pub(super) fn bool(&mut self) -> bool {
        let read = match self.rest.split_first() {
            Some((&FALSE, rest)) if !self.ended && !self.failed => Some((false, rest)),
            Some((&TRUE, rest)) if !self.ended && !self.failed => Some((true, rest)),
            _ => None,
        };
        self.took(read)
    }

    /// The next text.
    #[inline(never)]
    pub(super) fn text(&mut self) -> String {
        let length = usize::try_from(self.head(TEXT)).unwrap_or(usize::MAX);
        let read = self.rest.split_at_checked(length).filter(|_| !self.failed);
        let read = read.and_then(|(text, rest)| Some((str::from_utf8(text).ok()?, rest)));
        self.took(read).to_owned()
    }

    /// Whether there is nothing more to read, or a nothing that is now read.
    #[inline(never)]
    pub(super) fn is_nothing(&mut self) -> bool {
        match self.rest.split_first() {
            _ if self.failed || self.ended => true,
            Some((&NULL, rest)) => {
                self.rest = rest;
                true
            }
            Some(_) => false,
            None => {
                self.failed = true;
                true
            }
        }
    }

    /// Opens an array and says how many items it has; [`close`](Self::close) it after them.
    #[inline(never)]
    pub(crate) fn open(&mut self) -> u64 {
        self.nesting = self.nesting.saturating_add(1);
        if self.nesting > MAX_NESTING {
            self.fail();
        }
        self.head(ARRAY)
    }

    /// Whether a list of which `left` items are left goes on: then one less is.
    #[inline(never)]
    pub(super) fn has_more(&mut self, left: &mut u64) -> bool {
        let has_more = *left > 0 && !self.failed;
        *left = left.saturating_sub(1);
        has_more
    }

    /// The number of a choice between so many; the first once there was a failure.
    #[inline(never)]
    pub(crate) fn choice(&mut self, choices: usize) -> usize {
        let number = usize::try_from(self.head(UNSIGNED)).unwrap_or(usize::MAX);
        self.failed |= number >= choices;
        if self.failed { 0 } else { number }
    }

    /// Closes an array of which `left` items are left, which no version of ours has written.
    #[inline(never)]
    pub(crate) fn close(&mut self, left: u64) {
        self.failed |= left > 0;
        self.ended = false;
        self.nesting = self.nesting.saturating_sub(1);
    }

    /// Opens a map of plain values and says how many pairs it has.
    pub(crate) fn pairs(&mut self) -> u64 {
        self.head(MAP)
    }

    /// The next field of a struct of which `left` items are left; absent where there is none.
    pub(crate) fn field<T: Canonical>(&mut self, left: &mut u64) -> T {
        self.next(left);
        T::read(self)
    }

    #[inline(never)]
    fn next(&mut self, left: &mut u64) {
        self.ended = *left == 0;
        *left = left.saturating_sub(1);
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
                ALL.get(reader.choice(ALL.len())).copied().unwrap_or(Self::$first)
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
