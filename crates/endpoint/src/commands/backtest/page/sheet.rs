//! Tables of the page. Every text in them is escaped: names and values of columns are anybody's.

/// A table whose first cell in each row names it.
pub(super) struct Sheet {
    caption: &'static str,
    head: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

struct Cell {
    text: String,
    is_same: bool,
}

impl Sheet {
    pub(super) fn new(caption: &'static str, head: &[&str]) -> Self {
        Self { caption, head: head.iter().map(|&name| name.to_owned()).collect(), rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.marked_row(cells.into_iter().map(|text| (text, false)));
    }

    /// A row of cells, of which some are marked as what stays the same.
    pub(super) fn marked_row(&mut self, cells: impl IntoIterator<Item = (String, bool)>) {
        self.rows.push(cells.into_iter().map(|(text, is_same)| Cell { text, is_same }).collect());
    }

    pub(super) fn html(&self) -> String {
        let head = self
            .head
            .iter()
            .map(|name| format!("<th scope=\"col\">{}</th>", escape(name)))
            .collect::<Vec<_>>()
            .concat();
        let rows = self.rows.iter().map(|cells| format!("<tr>{}</tr>\n", row(cells))).collect::<Vec<_>>().concat();
        format!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{0}\"><table>\n<caption>{0}</caption>\n\
             <thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n",
            escape(self.caption)
        )
    }
}

fn row(cells: &[Cell]) -> String {
    let cell = |(at, cell): (usize, &Cell)| {
        let text = escape(&cell.text);
        match (at, cell.is_same) {
            (0, _) => format!("<th scope=\"row\">{text}</th>"),
            (_, true) => format!("<td class=\"same\">{text}</td>"),
            (_, false) => format!("<td>{text}</td>"),
        }
    };
    cells.iter().enumerate().map(cell).collect()
}

/// A text for HTML, in an element or a quoted attribute. Letters that turn the direction of what follows, and others that
/// do not show, are written as their numbers.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                escaped.extend(letter.escape_unicode());
            }
            letter if letter.is_control() => escaped.extend(letter.escape_debug()),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{Sheet, escape};

    #[test]
    fn no_text_leaves_its_place() {
        assert_eq!(escape("<b a=\"'\">&\u{202e}\0"), "&lt;b a=&quot;&#39;&quot;&gt;&amp;\\u{202e}\\0");
        let mut sheet = Sheet::new("Rows", &["<i>"]);
        sheet.row(["<script>".to_owned()]);
        let html = sheet.html();
        assert!(html.contains("&lt;i&gt;") && html.contains("&lt;script&gt;") && !html.contains("<script>"), "{html}");
    }
}
