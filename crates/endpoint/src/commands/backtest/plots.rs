//! The plots of a page, as SVG whose colours the page's styles give it.

use anyhow::anyhow;
use leadglass_scoring::Points;
use leadglass_training::backtest::{Bar, CurvePoint, OfGrade, RocPoint, Tenth};
use plotters::{
    coord::{Shift, ranged1d::SegmentValue},
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::words::{decimal, percent, points};

/// Plots are drawn this many times too large, for places are whole pixels; the page shrinks them.
const FINE: u32 = 4;
const WIDTH: u32 = 400;
const HEIGHT: u32 = 300;

// Stand for the page's own colours, which differ by day and night: see `page.css`.
const INK: RGBColor = RGBColor(1, 1, 1);
const GRID: RGBColor = RGBColor(2, 2, 2);
const MAIN: RGBColor = RGBColor(3, 3, 3);
const OTHER: RGBColor = RGBColor(4, 4, 4);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The ROC curve with the diagonal of a card that knows nothing.
pub(super) fn roc(curve: &[RocPoint]) -> anyhow::Result<String> {
    draw("ROC curve", |area| {
        let mut chart = frame(area, 46).build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
        chart
            .configure_mesh()
            .disable_mesh()
            .axis_style(GRID.stroke_width(FINE))
            .label_style(small())
            .x_labels(5)
            .y_labels(5)
            .x_label_formatter(&|it| format!("{:.0} %", it * 100.0))
            .y_label_formatter(&|it| format!("{:.0} %", it * 100.0))
            .x_desc("of those that did not convert")
            .y_desc("of those that converted")
            .draw()?;
        chart.draw_series(LineSeries::new([(0.0, 0.0), (1.0, 1.0)], GRID.stroke_width(FINE)))?;
        let steps = curve.iter().map(|it| (it.false_positives, it.true_positives));
        chart.draw_series(LineSeries::new(steps, MAIN.stroke_width(2 * FINE)))?;
        Ok(())
    })
}

/// What was said and what came.
pub(super) fn calibration(curve: &[CurvePoint]) -> anyhow::Result<String> {
    let ends = curve.iter().flat_map(|it| [it.probability, it.conversion.high.unwrap_or(0.0)]);
    let top = (ends.fold(0.05, f64::max) * 1.05).min(1.0);
    draw("calibration curve", |area| {
        let mut chart = frame(area, 46).build_cartesian_2d(0.0..top, 0.0..top)?;
        chart
            .configure_mesh()
            .disable_mesh()
            .axis_style(GRID.stroke_width(FINE))
            .label_style(small())
            .x_labels(5)
            .y_labels(5)
            .x_label_formatter(&|it| format!("{:.0} %", it * 100.0))
            .y_label_formatter(&|it| format!("{:.0} %", it * 100.0))
            .x_desc("probability given")
            .y_desc("converted")
            .draw()?;
        chart.draw_series(LineSeries::new([(0.0, 0.0), (top, top)], GRID.stroke_width(FINE)))?;
        let middle = |it: &CurvePoint| (it.probability, it.conversion.rate.unwrap_or(0.0));
        chart.draw_series(LineSeries::new(curve.iter().map(middle), MAIN.mix(0.5).stroke_width(FINE)))?;
        chart.draw_series(curve.iter().map(|it| {
            let ends = [it.conversion.low.unwrap_or(0.0), it.conversion.high.unwrap_or(0.0)];
            PathElement::new(ends.map(|end| (it.probability, end)).to_vec(), MAIN.stroke_width(2 * FINE))
        }))?;
        chart.draw_series(curve.iter().map(|it| Circle::new(middle(it), 4 * FINE, MAIN.filled())))?;
        Ok(())
    })
}

/// A bar a tenth, as high as its lift; the line is the base rate.
pub(super) fn lift(tenths: &[Tenth]) -> anyhow::Result<String> {
    let bars: Vec<_> =
        tenths.iter().map(|it| Column::plain(it.decile.to_string(), it.lift, decimal(it.lift, 1))).collect();
    columns("lift by decile", &bars, 1.0, |it| decimal(it, 1), "tenth of the rows, 1 has the most points")
}

/// A bar a grade with the interval of its rate; the line is the base rate.
pub(super) fn grades(grades: &[OfGrade], base_rate: f64) -> anyhow::Result<String> {
    let bar = |it: &OfGrade| Column {
        name: it.grade.as_str().to_owned(),
        height: it.conversion.rate.unwrap_or(0.0),
        ends: it.conversion.low.zip(it.conversion.high),
        label: String::new(),
    };
    let bars: Vec<_> = grades.iter().map(bar).collect();
    columns("conversion by grade", &bars, base_rate, |it| format!("{:.0} %", it * 100.0), "grade")
}

/// The points of those that converted and of those that did not, each as shares of their own.
pub(super) fn distribution(bars: &[Bar]) -> anyhow::Result<String> {
    let sum = |of: fn(&Bar) -> u64| bars.iter().map(of).sum::<u64>();
    let (won, lost) = (sum(|bar| bar.positives), sum(|bar| bar.negatives));
    let shares = |bar: &Bar| (ratio(bar.positives, won), ratio(bar.negatives, lost));
    let top = bars.iter().map(shares).fold(0.01, |top: f64, (won, lost)| top.max(won).max(lost)) * 1.05;
    let count = i32::try_from(bars.len()).unwrap_or(i32::MAX);
    let edge = |at: i32| {
        let bar = usize::try_from(at).ok().and_then(|at| bars.get(at));
        // Where the first bar takes all below, its end is not told.
        bar.and_then(|bar| bar.points_from).map_or_else(String::new, shortened)
    };
    draw("distribution of points", |area| {
        let mut chart = frame(area, 46).build_cartesian_2d(0..count, 0.0..top)?;
        chart
            .configure_mesh()
            .disable_mesh()
            .axis_style(GRID.stroke_width(FINE))
            .label_style(small())
            .x_labels(6)
            .y_labels(5)
            .x_label_formatter(&|at| edge(*at))
            .y_label_formatter(&|it| percent_of_axis(*it, top))
            .x_desc("points")
            .draw()?;
        for (colour, opacity, of) in
            [(OTHER, 0.25, (|it| it.1) as fn((f64, f64)) -> f64), (MAIN, 0.35, |it: (f64, f64)| it.0)]
        {
            let mut outline = vec![(0, 0.0)];
            for (at, bar) in (0..).zip(bars) {
                let height = of(shares(bar));
                outline.extend([(at, height), (at + 1, height)]);
            }
            outline.push((count, 0.0));
            chart.draw_series([Polygon::new(outline.clone(), colour.mix(opacity).filled())])?;
            chart.draw_series([PathElement::new(outline, colour.stroke_width(2 * FINE))])?;
        }
        Ok(())
    })
}

fn percent_of_axis(share: f64, top: f64) -> String {
    if top < 0.1 { percent(share) } else { format!("{:.0} %", share * 100.0) }
}

/// Points on an axis, where there is no room for decimals of large ones.
fn shortened(at: Points) -> String {
    let milli = at.milli();
    if milli.unsigned_abs() < 100_000 { points(at) } else { points(Points::from_milli(milli / 1_000 * 1_000)) }
}

#[expect(clippy::cast_precision_loss, reason = "a plot has fewer pixels than 2^53")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

struct Column {
    name: String,
    height: f64,
    ends: Option<(f64, f64)>,
    label: String,
}

impl Column {
    const fn plain(name: String, height: f64, label: String) -> Self {
        Self { name, height, ends: None, label }
    }
}

fn columns(
    name: &str,
    bars: &[Column],
    line: f64,
    write: impl Fn(f64) -> String,
    description: &str,
) -> anyhow::Result<String> {
    if bars.is_empty() {
        return Ok(String::new());
    }
    let top = bars.iter().map(|bar| bar.ends.map_or(bar.height, |(_, high)| high)).fold(line, f64::max) * 1.12;
    draw(name, |area| {
        let mut chart = frame(area, 40).build_cartesian_2d((0..bars.len() - 1).into_segmented(), 0.0..top)?;
        chart
            .configure_mesh()
            .disable_mesh()
            .axis_style(GRID.stroke_width(FINE))
            .label_style(small())
            .x_labels(bars.len())
            .y_labels(5)
            .x_label_formatter(&|at: &SegmentValue<usize>| match at {
                SegmentValue::CenterOf(at) => bars.get(*at).map_or_else(String::new, |bar| bar.name.clone()),
                _ => String::new(),
            })
            .y_label_formatter(&|it| write(*it))
            .x_desc(description)
            .draw()?;
        chart.draw_series(bars.iter().enumerate().map(|(at, bar)| {
            let ends = [(SegmentValue::Exact(at), bar.height), (SegmentValue::Exact(at + 1), 0.0)];
            let mut rectangle = Rectangle::new(ends, MAIN.mix(0.55).filled());
            rectangle.set_margin(0, 0, 4 * FINE, 4 * FINE);
            rectangle
        }))?;
        let ends = [SegmentValue::Exact(0), SegmentValue::Exact(bars.len())];
        chart.draw_series([PathElement::new(ends.map(|at| (at, line)).to_vec(), OTHER.stroke_width(2 * FINE))])?;
        chart.draw_series(bars.iter().enumerate().filter_map(|(at, bar)| {
            let (low, high) = bar.ends?;
            let ends = [low, high].map(|end| (SegmentValue::CenterOf(at), end));
            Some(PathElement::new(ends.to_vec(), INK.stroke_width(2 * FINE)))
        }))?;
        let above = small().pos(Pos::new(HPos::Center, VPos::Bottom));
        chart.draw_series(bars.iter().enumerate().map(|(at, bar)| {
            let lifted = -i32::try_from(3 * FINE).unwrap_or(0);
            EmptyElement::at((SegmentValue::CenterOf(at), bar.height))
                + Text::new(bar.label.clone(), (0, lifted), above.clone())
        }))?;
        Ok(())
    })
}

fn small() -> TextStyle<'static> {
    ("sans-serif", 16 * FINE).into_font().color(&INK)
}

fn frame<'a, 'b>(area: &'a Area<'b>, left: u32) -> ChartBuilder<'a, 'b, SVGBackend<'b>> {
    let mut chart = ChartBuilder::on(area);
    chart
        .margin(4 * FINE)
        .margin_top(12 * FINE)
        .margin_right(22 * FINE)
        .x_label_area_size(40 * FINE)
        .y_label_area_size(left * FINE);
    chart
}

/// Draws, and hands on the SVG with a name and no size of its own.
fn draw(
    name: &str,
    plot: impl FnOnce(&Area) -> Result<(), DrawingAreaErrorKind<std::io::Error>>,
) -> anyhow::Result<String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH * FINE, HEIGHT * FINE)).into_drawing_area();
        plot(&area).map_err(|error| anyhow!("can't draw the {name}: {error}"))?;
        area.present().map_err(|error| anyhow!("can't draw the {name}: {error}"))?;
    }
    let drawn = svg.split_once('>').map_or("", |(_, drawn)| drawn);
    let (width, height) = (WIDTH * FINE, HEIGHT * FINE);
    Ok(format!("<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{name}\">{drawn}"))
}
