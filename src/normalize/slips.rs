//! Whether two texts lie within a few slips of each other.

/// Whether at most `slips` slips (one character replaced, lost, added, or two neighbours swapped) lead
/// from `a` to `b`. Made for slips of one or two: it ends at the first difference too many.
pub(super) fn within<T: Copy + PartialEq>(a: &[T], b: &[T], slips: usize) -> bool {
    if a.len().abs_diff(b.len()) > slips {
        return false;
    }
    let (a, b) = different_middles(a, b);
    let ([first, a_rest @ ..], [second, b_rest @ ..]) = (a, b) else {
        return a.len().max(b.len()) <= slips;
    };
    let Some(left) = slips.checked_sub(1) else {
        return false;
    };
    let swapped = || match (a_rest, b_rest) {
        ([next, a_tail @ ..], [other, b_tail @ ..]) => {
            next == second && first == other && within(a_tail, b_tail, left)
        }
        _ => false,
    };
    within(a_rest, b_rest, left) || swapped() || within(a_rest, b, left) || within(a, b_rest, left)
}

/// What is left of two texts between their common beginning and their common end.
pub(super) fn different_middles<'t, T: PartialEq>(a: &'t [T], b: &'t [T]) -> (&'t [T], &'t [T]) {
    let (mut a, mut b) = (a, b);
    while let ([x, a_rest @ ..], [y, b_rest @ ..]) = (a, b)
        && x == y
    {
        (a, b) = (a_rest, b_rest);
    }
    while let ([a_rest @ .., x], [b_rest @ .., y]) = (a, b)
        && x == y
    {
        (a, b) = (a_rest, b_rest);
    }
    (a, b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use strsim::osa_distance;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_the_distance(a in "[abc]{0,7}", b in "[abc]{0,7}", slips in 0usize..3) {
            let (x, y): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            prop_assert_eq!(within(&x, &y, slips), osa_distance(&a, &b) <= slips, "{} {}", a, b);
        }
    }
}
