terraform {
}

terraform "a" "b" {
}

locals "x" {
}

provider {
}

terraform "a b" {
}

terraform "-a" {
}
