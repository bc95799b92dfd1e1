terraform "site" {
  source = "s3::https://s3-eu-west-1.amazonaws.com/modules/site.zip"
}
