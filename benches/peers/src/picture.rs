//! Password checks a second against cost, as an SVG that reads well in light and in dark.
use crate::measure::{Ask, Round, compare, on_cores};
use crate::peer::{self, Peer};
use std::fmt::Write as _;

/// One algorithm at several costs.
pub(crate) struct Curve {
    title: &'static str,
    /// What the cost is.
    axis: &'static str,
    peer_name: &'static str,
    points: Vec<Point>,
}

struct Point {
    /// The cost, on an axis where each step doubles it.
    cost_log2: f64,
    label: String,
    /// Checks a second.
    ours: f64,
    peer: f64,
}

/// How a curve is measured.
struct Sweep {
    title: &'static str,
    axis: &'static str,
    peer_name: &'static str,
    peer: fn(u32) -> Peer,
    costs: &'static [u32],
    /// The costs are binary logarithms already.
    logs: bool,
    round: Round,
}

/// By one call; the peer checks eight. Enough for full lanes, and few enough for the highest cost.
const fn together(count: usize) -> Round {
    Round { ask: Ask::Together, users: 8, count }
}

const LOG_N: &[u32] = &[10, 11, 12, 13, 14, 15, 16];
const ITERATIONS: &[u32] = &[1_000, 10_000, 100_000, 600_000];

#[rustfmt::skip]
const SWEEPS: &[Sweep] = &[
    Sweep { title: "bcrypt", axis: "cost", peer_name: "libxcrypt", peer: |cost| peer::libxcrypt(c"$2b$", cost), costs: &[4, 5, 6, 7, 8, 9, 10, 11, 12], logs: true, round: together(16) },
    Sweep { title: "PHPass", axis: "log₂ rounds", peer_name: "OpenSSL", peer: |rounds| peer::openssl_phpass(rounds as u8), costs: &[9, 10, 11, 12, 13, 14, 15], logs: true, round: together(64) },
    Sweep { title: "scrypt", axis: "log₂ N, r = 8", peer_name: "OpenSSL", peer: |n| peer::openssl_scrypt(n as u8), costs: LOG_N, logs: true, round: together(16) },
    Sweep { title: "PBKDF2-SHA-512", axis: "iterations", peer_name: "aws-lc", peer: |n| peer::aws_lc_pbkdf2("pbkdf2-sha512", n), costs: ITERATIONS, logs: false, round: together(32) },
    Sweep { title: "PBKDF2-SHA-256", axis: "iterations", peer_name: "aws-lc", peer: |n| peer::aws_lc_pbkdf2("pbkdf2-sha256", n), costs: ITERATIONS, logs: false, round: together(32) },
    Sweep { title: "Argon2id", axis: "MiB, 2 passes", peer_name: "libsodium", peer: |mib| peer::libsodium(mib * 1024, 2), costs: &[4, 8, 16, 32, 64], logs: false, round: Round { ask: Ask::OneByOne, users: 4, count: 4 } },
];

/// Measure all curves.
pub(crate) fn curves(rounds: usize) -> Vec<Curve> {
    SWEEPS.iter().map(|sweep| sweep.measure(rounds)).collect()
}

impl Sweep {
    fn measure(&self, rounds: usize) -> Curve {
        let &Self { title, axis, peer_name, costs, .. } = self;
        eprintln!("for the picture: {title}");
        let point = |&cost: &u32| {
            let peer = (self.peer)(cost);
            let (ours, peer) = on_cores(1, || compare(&peer, self.round, rounds));
            let cost_log2 = if self.logs { cost.into() } else { f64::from(cost).log2() };
            let label = if cost < 1_000 { cost.to_string() } else { format!("{}k", cost / 1_000) };
            Point { cost_log2, label, ours: ours.rate(), peer: peer.rate() }
        };
        Curve { title, axis, peer_name, points: costs.iter().map(point).collect() }
    }
}

const STYLE: &str = "
  svg { --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --rule: #dde3e9; --ours: #0969da; --peer: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #0d1117; --ink: #f0f6fc; --faint: #9198a1; --rule: #2b323b; --ours: #58a6ff; --peer: #f0883e }
  }
  text { font: 12px system-ui, sans-serif; fill: var(--faint) }
  .title { font-size: 18px; font-weight: 600; fill: var(--ink) }
  .name { font-size: 14px; font-weight: 600; fill: var(--ink) }
  .end { text-anchor: end } .middle { text-anchor: middle }
  .rule { stroke: var(--rule); fill: none }
  .ours, .peer { stroke-width: 2; fill: none; stroke-linejoin: round }
  .ours { stroke: var(--ours) } .peer { stroke: var(--peer); stroke-dasharray: 5 3 }
  circle { fill: var(--ours) } .square { fill: var(--peer) } .paper { fill: var(--paper) }
";
const PLOT: (f64, f64) = (236.0, 150.0);

/// The picture. Machine and libraries stand below it.
pub(crate) fn svg(curves: &[Curve], machine: &str, libraries: &str) -> String {
    let (width, height) = (920, 96 + 232 * curves.len().div_ceil(3) + 20);
    let mut out = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>Password checks a second on one core, against cost</title>
<style>{STYLE}</style>
<rect class="paper" width="{width}" height="{height}" rx="8"/>
<text class="title" x="24" y="34">Password checks a second on one core, against cost</text>
<line class="ours" x1="24" x2="56" y1="56" y2="56"/><circle cx="40" cy="56" r="3.5"/>
<text x="64" y="60">hashlift</text>
<line class="peer" x1="136" x2="168" y1="56" y2="56"/><rect class="square" x="149" y="53" width="6" height="6"/>
<text x="176" y="60">the best library in C, named above each; both axes are logarithmic</text>
"#
    );
    for (at, curve) in curves.iter().enumerate() {
        let (x, y) = (24 + at % 3 * 298, 80 + at / 3 * 232);
        let _ = writeln!(out, r#"<g transform="translate({x} {y})">"#);
        curve.draw(&mut out);
        out.push_str("</g>\n");
    }
    for (line, up) in [(machine, 32), (libraries, 14)] {
        let _ = writeln!(out, r#"<text x="24" y="{}">{line}</text>"#, height - up);
    }
    out + "</svg>\n"
}

impl Curve {
    fn draw(&self, out: &mut String) {
        let rates = || self.points.iter().flat_map(|point| [point.ours, point.peer]);
        let low = rates().fold(f64::MAX, f64::min).log10().floor();
        let high = rates().fold(0.0, f64::max).log10().ceil();
        let ends = [self.points.first(), self.points.last()];
        let [first, last] = ends.map(|end| end.map_or(0.0, |point| point.cost_log2));
        let (width, height) = PLOT;
        let x = |point: &Point| 40.0 + width * (point.cost_log2 - first) / (last - first);
        let y = |rate: f64| 24.0 + height * (high - rate.log10()) / (high - low);
        let gains = || self.points.iter().map(|point| point.ours / point.peer);
        let (least, most) = (gains().fold(f64::MAX, f64::min), gains().fold(0.0, f64::max));
        let digits = usize::from(most < 10.0);
        let _ = writeln!(
            out,
            r#"<text class="name" y="10">{}</text>
<text class="end" x="276" y="10">{least:.digits$} to {most:.digits$} × {}</text>"#,
            self.title, self.peer_name
        );
        for power in low as i32..=high as i32 {
            let (line, text) = (y(10_f64.powi(power)), short(power));
            let _ = writeln!(
                out,
                r#"<path class="rule" d="M40 {line:.1}h{width}"/><text class="end" x="34" y="{:.1}">{text}</text>"#,
                line + 4.0
            );
        }
        for point in &self.points {
            let _ = writeln!(
                out,
                r#"<text class="middle" x="{:.1}" y="{}">{}</text>"#,
                x(point),
                height + 42.0,
                point.label
            );
        }
        let _ = writeln!(
            out,
            r#"<text class="middle" x="{}" y="{}">{}</text>"#,
            40.0 + width / 2.0,
            height + 58.0,
            self.axis
        );
        for (class, rate) in
            [("peer", (|p| p.peer) as fn(&Point) -> f64), ("ours", |p: &Point| p.ours)]
        {
            let spots: Vec<_> = self.points.iter().map(|p| (x(p), y(rate(p)))).collect();
            let line: Vec<_> = spots.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            let _ = writeln!(out, r#"<polyline class="{class}" points="{}"/>"#, line.join(" "));
            for (x, y) in spots {
                let _ = match class {
                    "ours" => writeln!(out, r#"<circle cx="{x:.1}" cy="{y:.1}" r="3.5"/>"#),
                    _ => writeln!(
                        out,
                        r#"<rect class="square" x="{:.1}" y="{:.1}" width="6" height="6"/>"#,
                        x - 3.0,
                        y - 3.0
                    ),
                };
            }
        }
    }
}

/// A power of ten, short.
fn short(power: i32) -> String {
    match power {
        ..0 => format!("0.{}1", "0".repeat(power.unsigned_abs() as usize - 1)),
        0..3 => 10_u32.pow(power.unsigned_abs()).to_string(),
        3..6 => format!("{}k", 10_u32.pow(power.unsigned_abs() - 3)),
        _ => format!("{}M", 10_u32.pow(power.unsigned_abs() - 6)),
    }
}
