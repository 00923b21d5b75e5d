//! The 统一社会信用代码 of an organization: 18 characters, which may look like somebody's identity number.

/// What its characters may be, by value; I, O, S, V and Z are left out.
const CHARACTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Whether this is a code of an organization by its length, characters and check character (GB 32100-2015).
/// Capitals, without blanks.
pub(super) fn is_social_credit_code(text: &str) -> bool {
    let value = |byte: u8| CHARACTERS.iter().position(|&one| one == byte).map(|at| at as u32);
    let values: Option<Vec<u32>> = text.bytes().take(19).map(value).collect();
    let Some((&check, body)) = values.as_deref().and_then(|values| values.split_last()) else {
        return false;
    };
    if body.len() != 17 {
        return false;
    }
    let weigh = |(sum, weight): (u32, u32), value: &u32| (sum + value * weight, weight * 3 % 31);
    let (sum, _) = body.iter().fold((0, 1), weigh);
    (sum + check).is_multiple_of(31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_organizations_are_told_by_their_check_character() {
        for code in ["91350100M000100Y43", "121101194008123457"] {
            assert!(is_social_credit_code(code), "{code}");
        }
        for other in [
            "91350100M000100Y44",
            "91350100M000100Y4",
            "91350100M000100Y430",
            "9135010OM000100Y43",
            "330127201202020118",
            "",
            "河源县第一小学河源县第一小学",
        ] {
            assert!(!is_social_credit_code(other), "{other}");
        }
    }
}
