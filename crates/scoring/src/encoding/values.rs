//! The encoding of numbers, texts, lists and options.

use super::canonical::{Canonical, Reader, Writer};

macro_rules! numbers {
    ($($number:ty as $wide:ty: $write:ident $read:ident),+ $(,)?) => {
        $(
            impl Canonical for $number {
                fn write(&self, writer: &mut Writer) {
                    let _ = writer.0.$write(<$wide>::from(*self));
                }

                fn read(reader: &mut Reader) -> Self {
                    Self::try_from(reader.$read()).unwrap_or_else(|_| {
                        reader.fail();
                        0
                    })
                }
            }
        )+
    };
}

numbers! {
    u8 as u64: u64 unsigned,
    u16 as u64: u64 unsigned,
    u32 as u64: u64 unsigned,
    u64 as u64: u64 unsigned,
    i32 as i64: i64 signed,
    i64 as i64: i64 signed,
}

impl Canonical for bool {
    fn write(&self, writer: &mut Writer) {
        let _ = writer.0.bool(*self);
    }

    fn read(reader: &mut Reader) -> Self {
        reader.bool()
    }
}

impl Canonical for String {
    fn write(&self, writer: &mut Writer) {
        let _ = writer.0.str(self);
    }

    fn read(reader: &mut Reader) -> Self {
        reader.text()
    }
}

impl<T: Canonical> Canonical for Box<T> {
    fn write(&self, writer: &mut Writer) {
        (**self).write(writer);
    }

    fn read(reader: &mut Reader) -> Self {
        Self::new(T::read(reader))
    }
}

impl<T: Canonical> Canonical for Option<T> {
    fn write(&self, writer: &mut Writer) {
        match self {
            Some(value) => value.write(writer),
            None => {
                let _ = writer.0.null();
            }
        }
    }

    fn read(reader: &mut Reader) -> Self {
        if reader.is_nothing() { None } else { Some(T::read(reader)) }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Canonical> Canonical for Vec<T> {
    fn write(&self, writer: &mut Writer) {
        writer.array(self.len());
        for item in self {
            item.write(writer);
        }
    }

    fn read(reader: &mut Reader) -> Self {
        let mut items = Self::new();
        let mut left = reader.open();
        while reader.has_more(&mut left) {
            items.push(T::read(reader));
        }
        reader.close(0);
        items
    }
}

impl Canonical for [u8; 3] {
    fn write(&self, writer: &mut Writer) {
        self.to_vec().write(writer);
    }

    fn read(reader: &mut Reader) -> Self {
        let bytes: Vec<u8> = Canonical::read(reader);
        bytes.try_into().unwrap_or_else(|_| {
            reader.fail();
            [0; 3]
        })
    }
}
