terraform "web" {
  inputs = {
    vpc = terraform.vpc.id
    name = "${env.name}-${terraform.vpc.id}"
    list = [terraform.vpc.id, "x"]
  }
}
