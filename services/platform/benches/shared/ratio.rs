//! Ratios of interleaved rounds, and the bar their median must reach.

/// Prints the distribution of ratios of interleaved rounds and ends the benchmark when their median misses the bar.
pub fn conclude(what: &str, mut ratios: Vec<f64>, bar: Option<f64>) {
    ratios.sort_by(f64::total_cmp);
    let (least, most) = (ratios[0], ratios[ratios.len() - 1]);
    let median = f64::midpoint(ratios[(ratios.len() - 1) / 2], ratios[ratios.len() / 2]);
    let told = bar.map_or_else(String::new, |bar| format!(", bar {bar}"));
    println!(
        "{what}: ratio median {median:.2} min {least:.2} max {most:.2} of {} pairs{told}",
        ratios.len()
    );
    assert!(bar.is_none_or(|bar| median >= bar), "{what}: the bar is missed");
}
