// SPDX-License-Identifier: GPL-2.0

//! A report as a plot: for each row a bar as long as proc2's share of procfs, and a line where procfs is.

use proc2_bench::{Group, Report, Row};
use std::fmt::Write;

const LINE: usize = 15;
const LEFT: usize = 330;
const UNIT: f64 = 400.0;
const WIDTH: usize = 860;
/// Longer bars are cut.
const LONGEST: f64 = 1.2;

/// The groups that are drawn: what a reader does.
const DRAWN: [Group; 6] = [
    Group::Read,
    Group::Link,
    Group::Dir,
    Group::Path,
    Group::Root,
    Group::Scan,
];

/// The plot as SVG.
pub(super) fn svg(report: &Report) -> String {
    let mut body = String::new();
    let mut y = 2 * LINE;
    for group in DRAWN {
        let rows: Vec<&Row> = report
            .rows
            .iter()
            .filter(|row| row.group == group)
            .collect();
        if rows.is_empty() {
            continue;
        }
        y += LINE;
        let _ = writeln!(
            body,
            r#"<text x="8" y="{y}" font-weight="bold">{}</text>"#,
            group.title()
        );
        for row in rows {
            y += LINE;
            bar(&mut body, y, row);
        }
    }
    let height = y + LINE;
    let one = LEFT as f64 + UNIT;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="11">
<!-- SPDX-License-Identifier: GPL-2.0 -->
<rect width="{WIDTH}" height="{height}" fill="white"/>
<text x="8" y="{LINE}" font-size="13">Instructions of proc2 (bar; grey: the floor) as a share of procfs (line), Linux {}</text>
{body}<line x1="{one}" x2="{one}" y1="{}" y2="{height}" stroke="#c33"/>
</svg>
"##,
        report.kernel,
        LINE + 6
    )
}

fn bar(body: &mut String, y: usize, row: &Row) {
    let top = y - LINE + 5;
    let rect = |body: &mut String, share: f64, colour: &str| {
        let width = share.clamp(0.0, LONGEST) * UNIT;
        let _ = writeln!(
            body,
            r#"<rect x="{LEFT}" y="{top}" width="{width:.1}" height="{}" fill="{colour}"/>"#,
            LINE - 4
        );
    };
    let _ = writeln!(
        body,
        r#"<text x="{}" y="{y}" text-anchor="end">{}</text>"#,
        LEFT - 6,
        escaped(&row.name)
    );
    rect(body, row.share(), "#47a");
    if let Some(floor) = row.floor {
        rect(body, (floor / row.procfs).min(row.share()), "#bbb");
    }
    let _ = writeln!(
        body,
        r#"<text x="{:.1}" y="{y}">{:.2}</text>"#,
        LEFT as f64 + row.share().min(LONGEST) * UNIT + 4.0,
        row.share()
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
