provider "aws" {
  region = env.region

  default_tags {
    tags = { environment = env.name }
  }
}

provider "aws" {
  alias  = "dns"
  region = "us-east-1"
}

provider "google" {
  project = "unused"
}
