# One zone is enough to see whether a change works.
locals {
  zone_letters = ["a"]
}
