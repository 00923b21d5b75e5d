//! Which stories are planted, and how often: slots of every two thousand pupils.

use super::rows::Unit;
use super::world::Draft;
use super::{dual, invalid, paid, people, settled, stays};

/// Pupils among whom each story is planted as often as its slots say.
pub(crate) const SLOTS: usize = 2000;

type Story = fn(&mut Draft) -> Unit;

/// A story and its slots of [`SLOTS`].
const STORIES: &[(usize, Story)] = &[
    (5, dual::exact),
    (4, dual::number_x_lower),
    (3, dual::number_fullwidth),
    (3, dual::number_blanks),
    (3, dual::number_apostrophe),
    (3, dual::number_15),
    (3, dual::g_number),
    (3, dual::across_stages),
    (3, dual::suspended),
    (4, paid::monthly_twice),
    (4, paid::term_twice),
    (4, paid::across_schools),
    (4, paid::left),
    (4, paid::never_enrolled),
    (4, paid::suspended),
    (3, invalid::one_digit),
    (3, invalid::swap),
    (3, invalid::excel_tail),
    (3, invalid::scientific),
    (3, invalid::seventeen_digits),
    (5, people::one_number_two_people),
    (6, people::other_class),
    (4, people::twins),
    (3, people::twins_in_one_school),
    (3, people::twins_without_tail),
    (4, people::namesakes),
    (3, people::namesakes_in_one_school),
    (4, people::placeholders),
    (4, people::retired_region),
    (4, stays::proper_transfer),
    (4, stays::transfer_overlap),
    (4, stays::graduate),
    (4, stays::no_show),
    (4, stays::exit_undated),
    (3, stays::resumed),
    (4, settled::failed_then_sent),
    (4, settled::reversed),
    (4, settled::back_payment),
    (4, settled::split_transfer),
    (4, settled::combined_programmes),
    (3, settled::paid_before_leaving),
];

/// Slots that hold a story; the others are ordinary pupils.
pub(crate) const PLANTED_SLOTS: usize = {
    let (mut total, mut index) = (0, 0);
    while index < STORIES.len() {
        total += STORIES[index].0;
        index += 1;
    }
    total
};

/// Tells the story of a slot below [`PLANTED_SLOTS`].
pub(crate) fn unit(slot: usize, draft: &mut Draft) -> Unit {
    let mut left = slot;
    for (slots, story) in STORIES {
        if left < *slots {
            return story(draft);
        }
        left -= slots;
    }
    Unit::default()
}
