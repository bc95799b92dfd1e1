module "other" {
  source = "../../../elsewhere"
}
