terraform "eks" {
  source = "./modules/aws/eks"
  secrets = ["db_password"]
  inputs = {
    name = "${env.name}-eks"
    node_pools = append([
      { name = "a", min = 1, max = env.name == "ops" ? 2 : 5 },
      { name = "b", min = -1 + 2, max = local.sizes[*].max[0] },
    ])
    labels = override({})
    "odd key" = unset
    (local.key) = provider::x::f(1.5e3, !true, local.list...)
  }
}
kustomize "web" { source = "./apps/web" }
locals {
  a = "x %{ if local.b }y%{ else }z%{ endif }"
  b = (
    local.c ||
    local.d && local.e != "f"
  )
}
