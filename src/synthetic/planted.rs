//! Which stories are planted, and how often: slots of every two thousand pupils.

use super::rows::Unit;
use super::world::Draft;
use super::{alike, dual, hidden, invalid, paid, paid_hidden, people, settled, stays};

/// Pupils among whom each story is planted as often as its slots say.
pub(crate) const SLOTS: usize = 2000;

type Story = fn(&mut Draft) -> Unit;

/// A story and its slots of [`SLOTS`].
const STORIES: &[(usize, Story)] = &[
    (7, dual::exact),
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
    (3, invalid::look_alikes),
    (5, people::one_number_two_people),
    (6, people::other_class),
    (4, people::twins),
    (3, people::twins_in_one_school),
    (3, people::twins_without_tail),
    (4, people::namesakes),
    (3, people::namesakes_in_one_school),
    (3, alike::twins_number_empty),
    (3, alike::twins_number_spoiled),
    (3, alike::siblings),
    (3, alike::siblings_number_empty),
    (3, alike::siblings_in_one_class),
    (3, alike::namesakes_number_empty),
    (3, alike::name_and_birth_only),
    (3, alike::neighbours),
    (3, alike::neighbours_in_one_class),
    (3, alike::office_phone),
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
    (3, paid_hidden::one_name_two_cards),
    (3, paid_hidden::siblings_one_card),
];

/// Slots of [`STORIES`].
const ALWAYS: usize = {
    let (mut total, mut index) = (0, 0);
    while index < STORIES.len() {
        total += STORIES[index].0;
        index += 1;
    }
    total
};

/// Usual slots of double enrolments behind spoiled records: a third of all.
const HIDDEN: f64 = 18.0;
/// Usual slots of repeat payments behind spoiled numbers.
const PAID_HIDDEN: f64 = 6.0;
/// The most that can be spoiled, in shares of the usual.
pub(crate) const MOST_SPOILAGE: f64 = 20.0;

/// How many slots each sort of story has.
#[derive(Debug)]
pub(crate) struct Plan {
    hidden: usize,
    paid_hidden: usize,
}

impl Plan {
    /// The plan for so many times the usual spoilage, from 0 to [`MOST_SPOILAGE`].
    pub(crate) fn new(spoilage: f64) -> Plan {
        let slots = |usual: f64| (usual * spoilage.clamp(0.0, MOST_SPOILAGE)).round() as usize;
        Plan { hidden: slots(HIDDEN), paid_hidden: slots(PAID_HIDDEN) }
    }

    /// Slots that hold a story; the others are ordinary pupils.
    pub(crate) fn slots(&self) -> usize {
        ALWAYS + self.hidden + self.paid_hidden
    }

    /// Tells the story of a slot below [`Plan::slots`] in a block of [`SLOTS`] pupils.
    pub(crate) fn unit(&self, slot: usize, block: usize, draft: &mut Draft) -> Unit {
        let mut left = slot;
        for (slots, story) in STORIES {
            if left < *slots {
                return story(draft);
            }
            left -= slots;
        }
        // These take turns from block to block.
        if left < self.hidden {
            return hidden::story((block * self.hidden + left) % hidden::STORIES, draft);
        }
        let turn = block * self.paid_hidden + left - self.hidden;
        paid_hidden::STORIES[turn % paid_hidden::STORIES.len()](draft)
    }
}
