provider "azurerm" {
  subscription_id     = env.azure_subscription
  storage_use_azuread = true

  features {}
}

locals {
  azure_group  = "${platform.name}-${env.name}"
  azure_domain = "${env.name}.${platform.base_domain}"
}

terraform "azure_network" {
  source = "./modules/azure/network"

  inputs = {
    name_prefix         = "net"
    environment         = env.name
    region              = env.azure_region
    resource_group_name = local.azure_group
    cidr                = env.azure_cidr
    nat                 = { address_count = 2 }
  }
}

terraform "aks_gc0" {
  source = "./modules/azure/cluster"

  inputs = {
    name_prefix         = "gc0"
    environment         = env.name
    region              = env.azure_region
    resource_group_name = local.azure_group
    base_domain         = platform.base_domain
    kubernetes_version  = "1.34"
    tier                = "Standard"
    node_subnet_id      = terraform.azure_network.node_subnet_id
    deletion_protection = true

    # Entra ID groups that administer the cluster; give yours.
    admin_group_ids = []

    node_pool = {
      vm_size  = "Standard_D4ds_v6"
      min_size = 3
      max_size = 18
      disk     = { size_gib = 128 }
    }
  }
}

terraform "azure_dns" {
  source = "./modules/azure/dns"

  inputs = {
    resource_group_name = local.azure_group
    domain              = local.azure_domain
    region              = env.azure_region
    external_dns        = { gc0 = { issuer_url = terraform.aks_gc0.issuer_url } }
  }
}
