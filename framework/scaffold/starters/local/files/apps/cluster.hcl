# Only what differs in apps.
terraform "cluster" {
  inputs = {
    maintenance = {
      exclusions = append([
        { name = "end-of-year", start = "2026-12-18T00:00:00Z", end = "2027-01-04T00:00:00Z" },
      ])
    }
  }
}
