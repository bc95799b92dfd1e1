//! Running terraform or tofu: work folders, waves, plans and applies.
