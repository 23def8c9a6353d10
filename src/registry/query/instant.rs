//! Points in time as queries write them: `2026-08-21T12:42:57.123+00:00` and shorter.

/// Milliseconds since 1970-01-01T00:00:00Z.
///
/// A date, then perhaps `T` or a blank and a time of day down to the minute, second or fraction, then
/// perhaps `Z` or an offset. Without an offset it is UTC. Fractions below a millisecond are cut.
pub(super) fn parse(text: &str) -> Option<i64> {
    let (date, rest) = text.split_at_checked(10)?;
    let day = days(date)?.checked_mul(86_400_000)?;
    if rest.is_empty() {
        return Some(day);
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, zone) = rest.split_at(rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len()));
    day.checked_add(time_of_day(clock)?)?.checked_sub(offset(zone)?)
}

/// Days since 1970-01-01, by the civil calendar.
fn days(date: &str) -> Option<i64> {
    let mut parts = date.split('-');
    let year = number(parts.next()?, 4, 0..=9999)?;
    let month = number(parts.next()?, 2, 1..=12)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let day = number(parts.next()?, 2, 1..=length)?;
    if parts.next().is_some() {
        return None;
    }
    // Years that begin in March have their leap day at the end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468)
}

/// Milliseconds since midnight.
fn time_of_day(clock: &str) -> Option<i64> {
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.split(':');
    let hours = number(parts.next()?, 2, 0..=23)?;
    let minutes = number(parts.next()?, 2, 0..=59)?;
    let seconds = parts.next().map_or(Some(0), |text| number(text, 2, 0..=59))?;
    if parts.next().is_some() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let millis = number(format!("{fraction:0<3}").get(..3)?, 3, 0..=999)?;
    Some(((hours * 60 + minutes) * 60 + seconds) * 1000 + millis)
}

/// Milliseconds ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    let ahead = match zone.as_bytes().first() {
        None => return Some(0),
        Some(b'Z' | b'z') => return (zone.len() == 1).then_some(0),
        Some(b'+') => 1,
        Some(_) => -1,
    };
    let zone = zone.get(1..)?;
    let (hours, minutes) = match zone.split_once(':') {
        Some(parts) => parts,
        None if zone.len() == 2 => (zone, "00"),
        None => zone.split_at_checked(2)?,
    };
    Some(ahead * (number(hours, 2, 0..=23)? * 60 + number(minutes, 2, 0..=59)?) * 60_000)
}

/// A number of so many digits in a range.
fn number(text: &str, digits: usize, range: core::ops::RangeInclusive<i64>) -> Option<i64> {
    if text.len() != digits || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|number| range.contains(number))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_same_instant_is_the_same_whatever_its_offset() {
        // Python: int(datetime.fromisoformat(...).timestamp() * 1000)
        for text in [
            "2026-08-21T12:42:57.123+00:00",
            "2026-08-21T12:42:57.123Z",
            "2026-08-21 12:42:57.123",
            "2026-08-21T14:42:57.1239+02:00",
            "2026-08-21T07:12:57.123-0530",
            "2026-08-21T15:42:57.123+03",
        ] {
            assert_eq!(parse(text), Some(1_787_316_177_123), "{text}");
        }
        assert_eq!(parse("1970-01-01"), Some(0));
        assert_eq!(parse("1969-12-31T23:59"), Some(-60_000));
        assert_eq!(parse("2000-02-29"), Some(951_782_400_000));
        assert_eq!(parse("0001-01-01"), Some(-62_135_596_800_000));
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in [
            "",
            "now",
            "2026",
            "2026-13-01",
            "2026-02-29",
            "1900-02-29",
            "2026-08-21T",
            "2026-08-21T12",
            "2026-08-21T24:00",
            "2026-08-21T12:60",
            "2026-08-21T12:00:00.x",
            "2026-08-21T12:00Zx",
            "2026-08-21T12:00+1",
            "2026-08-21T12:00+24:00",
            "2026-08-21x12:00",
            "2026-08-2é",
            "2026-08-21T12:00:00.é",
            "+026-08-21",
            "2026-08-21T12:00:00:00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
