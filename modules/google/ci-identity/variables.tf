variable "project_id" {
  description = "Project to make things in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be the id of a project: 6 to 30 lower-case letters, digits and dashes, a letter first."
  }
}

variable "name_prefix" {
  description = "First part of the service accounts' ids, such as the platform's name and the environment's: 1 to 20 characters."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$", var.name_prefix))
    error_message = "name_prefix must be 1 to 20 lower-case letters, digits and dashes, a letter first."
  }
}

variable "forge" {
  description = "Where the repository is: `github` or `gitlab`. Decides how a job's token names its repository, branch and environment."
  type        = string
  default     = "github"
  nullable    = false

  validation {
    condition     = contains(["github", "gitlab"], var.forge)
    error_message = "forge must be github or gitlab."
  }
}

variable "issuer" {
  description = "Issuer of the jobs' tokens, without a trailing slash. Null takes the forge's public one."
  type        = string
  default     = null

  validation {
    condition     = var.issuer == null ? true : can(regex("^https://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._/-]*[A-Za-z0-9])?$", var.issuer))
    error_message = "issuer must be an https address without a trailing slash."
  }
}

variable "audiences" {
  description = "Audiences that the jobs' tokens are made for. Empty takes the address of the provider that is made here, which is what the forges' own login steps ask for."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.audiences) <= 10 && alltrue([for audience in var.audiences : length(audience) > 0 && length(audience) <= 256])
    error_message = "audiences may hold ten names of 1 to 256 characters."
  }
}

variable "existing_pool" {
  description = "A workload identity pool whose provider trusts the forge already: its full name (`projects/<number>/locations/global/workloadIdentityPools/<id>`). Null makes pool and provider."
  type        = object({ name = string })
  default     = null

  validation {
    condition     = var.existing_pool == null ? true : can(regex("^projects/[0-9]+/locations/global/workloadIdentityPools/[a-z0-9-]+$", var.existing_pool.name))
    error_message = "existing_pool.name must be projects/<number>/locations/global/workloadIdentityPools/<id>."
  }
}

variable "repository" {
  description = "The repository as the forge names it: `owner/name`, on GitLab with its groups."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+$", var.repository)) && !strcontains(var.repository, "*")
    error_message = "repository must be owner/name without wildcards."
  }
}

variable "branch" {
  description = "The protected branch that releases are made from."
  type        = string
  default     = "main"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._/-]*$", var.branch))
    error_message = "branch must be one branch's name without wildcards."
  }
}

variable "environments" {
  description = "Environments of the forge whose jobs may apply, such as `[\"ops\"]`. One call of this module for each environment keeps an ops job from touching apps."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.environments) > 0 && alltrue([for name in var.environments : can(regex("^[A-Za-z0-9][A-Za-z0-9._-]*$", name))])
    error_message = "environments must name at least one environment, without wildcards."
  }
}

variable "plan_roles" {
  description = "Project roles of the account that plans: reading only."
  type        = set(string)
  default     = ["roles/viewer", "roles/iam.securityReviewer"]
  nullable    = false

  validation {
    condition     = length(setintersection(var.plan_roles, ["roles/owner", "roles/editor"])) == 0
    error_message = "plan_roles must not hold owner or editor: a plan reads."
  }
}

variable "apply_roles" {
  description = "Project roles of the account that applies. There is no default: say what your platform may do."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.apply_roles) > 0 && alltrue([for role in var.apply_roles : can(regex("^(roles|projects/[^/]+/roles|organizations/[^/]+/roles)/.+$", role))])
    error_message = "apply_roles must hold at least one role, such as roles/container.admin."
  }
}

variable "state" {
  description = "Where states are: the bucket, and the prefixes within it that these accounts may use (`ops/`). Null where states are not in Cloud Storage."
  type = object({
    bucket   = string
    prefixes = optional(set(string), [""])
  })
  default = null

  validation {
    condition     = var.state == null ? true : can(regex("^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$", var.state.bucket)) && length(var.state.prefixes) > 0
    error_message = "state needs the name of a bucket, and at least one prefix (the empty one is the whole bucket)."
  }
}

variable "store_bucket" {
  description = "Bucket of saved plans, with an account of its own that reads and adds and never deletes or replaces. Null makes no such account."
  type        = string
  default     = null
}
