terrafrom "web" {
}

environment "ops" {
}

resource "a" "b" {
}

stray = 1
