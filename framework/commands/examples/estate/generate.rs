//! The estate's sources.

use std::fmt::Write;

const TENANTS: usize = 5;
const REGIONS: usize = 13;
const STAGES: [&str; 3] = ["dev", "stage", "prod"];
const COMPONENTS: usize = 48;
/// How many module folders the components share.
const MODULES: usize = 12;

/// Paths and texts.
pub(crate) fn estate(scale: usize) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for module in 0..MODULES {
        let path = format!("modules/m{module:02}");
        files.push((format!("{path}/variables.tf"), variables()));
        files.push((format!("{path}/main.tf"), main_tf()));
        files.push((format!("{path}/outputs.tf"), outputs()));
    }
    files.push((String::from("base/locals.hcl"), locals()));
    for component in 0..COMPONENTS {
        files.push((format!("base/c{component:02}.hcl"), base(component)));
    }
    for tenant in 0..TENANTS {
        for part in 0..30 {
            let path = format!("tenant/t{tenant}/part{part:02}.hcl");
            files.push((path, tenant_part(tenant, part)));
        }
    }
    for region in 0..REGIONS {
        for part in 0..15 {
            let path = format!("region/r{region}/part{part:02}.hcl");
            files.push((path, region_part(region, part)));
        }
    }
    for (at, stage) in STAGES.iter().enumerate() {
        for component in 0..COMPONENTS {
            let path = format!("stage/{stage}/c{component:02}.hcl");
            files.push((path, stage_part(at, component)));
        }
    }
    let mut platform = String::from(
        "platform \"estate\" {\n  base_domain = \"estate.example\"\n}\n\nbackend \"s3\" {\n  bucket = \"estate-state\"\n  key    = \"${env.name}/${state.name}.tfstate\"\n  region = \"eu-west-1\"\n}\n",
    );
    for copy in 0..scale {
        for tenant in 0..TENANTS {
            for region in 0..REGIONS {
                for (at, stage) in STAGES.iter().enumerate() {
                    let suffix = if copy == 0 {
                        String::new()
                    } else {
                        format!("-x{copy}")
                    };
                    let name = format!("t{tenant}-r{region}-s{at}{suffix}");
                    let _ = write!(
                        platform,
                        "\nenvironment \"{name}\" {{\n  entry  = true\n  layers = [\"base\", \"tenant/t{tenant}\", \"region/r{region}\", \"stage/{stage}\", \"env/{name}\"]\n  tenant = \"t{tenant}\"\n  region = \"eu-r{region}\"\n  stage  = \"{stage}\"\n}}\n"
                    );
                    let components = (tenant * 7 + region * 3 + at) % (COMPONENTS - 4);
                    files.push((format!("env/{name}/sizes.hcl"), env_part(components)));
                    if (tenant + region + at) % 2 == 0 {
                        files.push((format!("env/{name}/names.hcl"), env_names(components)));
                    }
                }
            }
        }
    }
    files.push((String::from("terrace.hcl"), platform));
    files
}

fn variables() -> String {
    let mut out = String::new();
    let types = [
        ("name", "string"),
        ("size", "number"),
        ("enabled", "bool"),
        ("zones", "list(string)"),
        ("tags", "map(string)"),
        ("domain", "string"),
        ("cidr", "string"),
        ("labels", "map(string)"),
        (
            "node_pools",
            "list(object({\n    name     = string\n    machine  = string\n    min_size = optional(number, 1)\n    max_size = optional(number, 3)\n    labels   = optional(map(string), {})\n  }))",
        ),
        (
            "network",
            "object({\n    mode    = string\n    subnets = list(string)\n    nat     = optional(object({ enabled = bool, count = optional(number, 1) }))\n  })",
        ),
        ("retention", "number"),
        ("log_types", "set(string)"),
        (
            "rules",
            "list(object({ port = number, protocol = string, source = list(string) }))",
        ),
        (
            "policy",
            "object({ level = string, exceptions = optional(list(string), []) })",
        ),
        ("version_constraint", "string"),
    ];
    for (name, kind) in types {
        let _ = write!(out, "variable \"{name}\" {{\n  type = {kind}\n}}\n\n");
    }
    out.pop();
    out
}

fn main_tf() -> String {
    String::from(
        "resource \"terraform_data\" \"this\" {\n  input = {\n    name = var.name\n    size = var.size\n  }\n}\n",
    )
}

fn outputs() -> String {
    String::from(
        "output \"id\" {\n  value = terraform_data.this.id\n}\n\noutput \"name\" {\n  value = var.name\n}\n",
    )
}

fn locals() -> String {
    String::from(
        "locals {\n  zone_letters = [\"a\", \"b\", \"c\"]\n  zones        = [for letter in local.zone_letters : \"${env.region}${letter}\"]\n  domain       = \"${env.tenant}.${env.stage}.${platform.base_domain}\"\n  revision     = 1\n  tags = {\n    platform = platform.name\n    tenant   = env.tenant\n    stage    = env.stage\n    revision = tostring(local.revision)\n  }\n}\n",
    )
}

fn base(component: usize) -> String {
    let module = component % MODULES;
    format!(
        r#"terraform "c{component:02}" {{
  source = "./modules/m{module:02}"

  inputs = {{
    name    = "${{env.name}}-c{component:02}"
    size    = {size}
    enabled = true
    zones   = local.zones
    tags    = local.tags
    domain  = "c{component:02}.${{local.domain}}"
    cidr    = cidrsubnet("10.0.0.0/8", 8, {component})

    labels = {{
      app  = "c{component:02}"
      tier = "base"
    }}

    node_pools = [
      {{
        name     = "default"
        machine  = "standard-4"
        min_size = 1
        max_size = 6
        labels   = {{ pool = "default" }}
      }},
      {{
        name     = "batch"
        machine  = "compute-8"
        max_size = 12
      }},
    ]

    network = {{
      mode    = "private"
      subnets = ["10.{component}.0.0/24", "10.{component}.1.0/24", "10.{component}.2.0/24"]
      nat     = {{ enabled = true, count = 3 }}
    }}

    retention = 30
    log_types = ["api", "audit"]

    rules = [
      {{ port = 443, protocol = "tcp", source = ["0.0.0.0/0"] }},
      {{ port = 8080, protocol = "tcp", source = ["10.0.0.0/8"] }},
    ]

    policy             = {{ level = "restricted" }}
    version_constraint = ">= 1.{component}"
  }}
}}
"#,
        size = 3 + component,
    )
}

fn tenant_part(tenant: usize, part: usize) -> String {
    let component = (part + tenant * 7) % COMPONENTS;
    format!(
        "terraform \"c{component:02}\" {{\n  inputs = {{\n    labels     = {{ tenant = \"t{tenant}\", cost_centre = \"{}\" }}\n    rules      = append([{{ port = {}, protocol = \"udp\", source = [\"172.16.{tenant}.0/24\"] }}])\n    node_pools = merge_by(\"name\", [{{ name = \"default\", max_size = {} }}])\n  }}\n}}\n",
        1000 + part,
        9000 + part,
        8 + tenant,
    )
}

fn region_part(region: usize, part: usize) -> String {
    let component = (part * 5 + region) % COMPONENTS;
    format!(
        "terraform \"c{component:02}\" {{\n  inputs = {{\n    network = {{\n      subnets = [\"10.{region}.0.0/24\", \"10.{region}.1.0/24\"]\n      nat     = {{ count = {} }}\n    }}\n  }}\n}}\n",
        1 + region % 3,
    )
}

fn stage_part(stage: usize, component: usize) -> String {
    let size = [1, 2, 5][stage];
    format!(
        "terraform \"c{component:02}\" {{\n  inputs = {{\n    size      = {size}\n    retention = {}\n    labels    = {{ stage = env.stage }}\n    node_pools = merge_by(\"name\", [\n      {{ name = \"default\", min_size = {size} }},\n      {{ name = \"batch\", labels = {{ stage = env.stage }} }},\n    ])\n  }}\n}}\n",
        [7, 30, 365][stage],
    )
}

fn env_part(first: usize) -> String {
    let mut out = String::new();
    for component in first..first + 4 {
        let _ = writeln!(
            out,
            "terraform \"c{component:02}\" {{\n  inputs = {{\n    size   = {}\n    policy = {{ exceptions = [\"${{env.name}}\"] }}\n  }}\n}}\n",
            10 + component
        );
    }
    out
}

fn env_names(first: usize) -> String {
    format!("locals {{\n  tags = {{ owner = \"team-{first}\" }}\n}}\n")
}
