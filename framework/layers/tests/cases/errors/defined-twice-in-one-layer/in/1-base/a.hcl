terraform "web" {
  inputs = {
    a = 1
  }
}
locals {
  x = 1
}
backend "s3" {
}
provider "aws" {
}
