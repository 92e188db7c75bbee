//! What a form looked like, compared with what it was agreed to look like.
//!
//! Kept is each picture's coarse image: the mean colour of every square of [`SIDE`] pixels. Letters may be smoothed
//! another way; a colour, a border or a place that changes shows.

use std::{env, fs, io::Cursor, path::PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::tools;

const SIDE: usize = 8;
/// Most that a mean may differ, of 255.
const NEAR: u8 = 10;
/// Most squares of a thousand that may differ by more.
const FEW: usize = 10;
/// Set to have what is seen kept as what is agreed.
const AGREE: &str = "LEADGLASS_GALLERY_AGREE";

/// Red, green and blue of squares, row by row.
struct Coarse {
    width: usize,
    height: usize,
    squares: Vec<[u8; 3]>,
}

/// Fails where the PNG `seen` does not look like the agreed picture of this name.
///
/// # Errors
/// What differs, and where both pictures are.
pub fn ensure_agreed(name: &str, seen: &[u8]) -> Result<()> {
    let agreed = tools::repository().join("tests/gallery").join(format!("{name}.png"));
    let now = Coarse::of(&read(seen)?);
    if env::var_os(AGREE).is_some() {
        fs::create_dir_all(tools::repository().join("tests/gallery"))?;
        // To be looked at
        keep(name, seen)?;
        return Ok(fs::write(&agreed, now.png()?)?);
    }
    let compared = fs::read(&agreed)
        .with_context(|| format!("`{name}` was never agreed on; `{AGREE}=1` takes it as it is now"))
        .and_then(|bytes| now.ensure_near(&read(&bytes)?));
    compared.with_context(|| {
        let kept = keep(name, seen).map_or_else(|error| error.to_string(), |file| file.display().to_string());
        format!("`{name}` looks different; seen: {kept}, agreed: {}", agreed.display())
    })
}

fn keep(name: &str, seen: &[u8]) -> Result<PathBuf> {
    let folder = tools::repository().join("target/e2e");
    fs::create_dir_all(&folder)?;
    let file = folder.join(format!("gallery-{name}.png"));
    fs::write(&file, seen)?;
    Ok(file)
}

impl Coarse {
    fn of(picture: &Self) -> Self {
        let [width, height] = [picture.width, picture.height].map(|side| side.div_ceil(SIDE));
        let mean = |square: usize| {
            let [left, top] = [square % width * SIDE, square / width * SIDE];
            let [right, bottom] = [(left + SIDE).min(picture.width), (top + SIDE).min(picture.height)];
            let mut sums = [0_usize; 3];
            for row in top..bottom {
                for pixel in &picture.squares[row * picture.width + left..row * picture.width + right] {
                    for (sum, colour) in sums.iter_mut().zip(pixel) {
                        *sum += usize::from(*colour);
                    }
                }
            }
            let count = (right - left) * (bottom - top);
            sums.map(|sum| u8::try_from(sum / count).unwrap_or(u8::MAX))
        };
        Self { width, height, squares: (0..width * height).map(mean).collect() }
    }

    fn ensure_near(&self, agreed: &Self) -> Result<()> {
        let [now, then] = [self, agreed].map(|picture| (picture.width, picture.height));
        ensure!(now == then, "it is {now:?} squares wide and high, agreed were {then:?}");
        let differs = |(one, other): &(&[u8; 3], &[u8; 3])| {
            one.iter().zip(*other).any(|(one, other)| one.abs_diff(*other) > NEAR)
        };
        let far = self.squares.iter().zip(&agreed.squares).filter(differs).count();
        ensure!(far * 1000 <= FEW * self.squares.len(), "{far} of {} squares differ", self.squares.len());
        Ok(())
    }

    fn png(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, u32::try_from(self.width)?, u32::try_from(self.height)?);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::High);
        encoder.write_header()?.write_image_data(&self.squares.concat())?;
        Ok(bytes)
    }
}

/// The pixels of a PNG.
fn read(bytes: &[u8]) -> Result<Coarse> {
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().context("the picture is too large")?];
    let info = reader.next_frame(&mut pixels)?;
    let samples = match (info.color_type, info.bit_depth) {
        (png::ColorType::Rgb, png::BitDepth::Eight) => 3,
        (png::ColorType::Rgba, png::BitDepth::Eight) => 4,
        other => bail!("the picture is {other:?}"),
    };
    let squares = pixels[..info.buffer_size()].chunks_exact(samples).map(|pixel| [pixel[0], pixel[1], pixel[2]]);
    Ok(Coarse { width: info.width as usize, height: info.height as usize, squares: squares.collect() })
}
