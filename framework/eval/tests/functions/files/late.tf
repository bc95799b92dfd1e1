# Something unknown for the tables.
resource "terraform_data" "late" {}
