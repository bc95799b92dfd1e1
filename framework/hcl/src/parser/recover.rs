//! Going on after a mistake.

use super::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    /// The partner of each bracket token, by index; brackets match here, see
    /// `repair`.
    fn partners(&mut self) -> &[u32] {
        let tokens = self.tokens;
        self.partners.get_or_insert_with(|| {
            let mut partners = vec![0; tokens.len()];
            let mut open: Vec<usize> = Vec::new();
            for (index, token) in tokens.iter().enumerate() {
                if token.kind.closer().is_some() {
                    open.push(index);
                } else if token.kind.is_closer()
                    && let Some(opener) = open.pop()
                {
                    partners[opener] = index as u32;
                    partners[index] = opener as u32;
                }
            }
            partners
        })
    }

    /// Passes over the rest of an item that began at `start`: up to a token at
    /// the item's own level that `stops`, or the closing bracket of what holds
    /// the item, or the end; that token is not taken.
    pub(super) fn skip_item(&mut self, start: usize, stops: impl Fn(TokenKind) -> bool) {
        let failed = self.at;
        let tokens = self.tokens;
        let partners = self.partners();
        let mut at = start;
        let mut end = tokens.len() - 1;
        while at < end {
            let token = tokens[at];
            if token.kind.closer().is_some() {
                at = (partners[at] as usize).max(at) + 1;
                continue;
            }
            if token.kind.is_closer() {
                end = at;
                break;
            }
            let kind = if token.ends_line() {
                TokenKind::Newline
            } else {
                token.kind
            };
            if at >= failed && stops(kind) {
                end = at;
                break;
            }
            at += 1;
        }
        self.at = end;
    }

    /// Goes to the partner of the opening token at `opener`; it is not taken.
    pub(super) fn skip_to_partner(&mut self, opener: usize) {
        let partner = self.partners()[opener] as usize;
        self.at = if partner > opener {
            partner
        } else {
            self.tokens.len() - 1
        };
    }
}
