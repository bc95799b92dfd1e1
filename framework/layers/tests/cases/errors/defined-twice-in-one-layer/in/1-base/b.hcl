terraform "web" {
  inputs = {
    b = 1
  }
}
locals {
  x = 2
}
backend "gcs" {
}
provider "aws" {
}
