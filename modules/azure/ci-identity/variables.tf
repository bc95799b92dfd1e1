variable "resource_group_name" {
  description = "Resource group to make things in; it must be there already."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._()-]{1,90}$", var.resource_group_name)) && !endswith(var.resource_group_name, ".")
    error_message = "resource_group_name must be 1 to 90 letters, digits, dots, dashes, underscores and parentheses, no dot at the end."
  }
}

variable "region" {
  description = "Azure region by its name, such as `westeurope`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.region))
    error_message = "region must be an Azure region by its name, such as westeurope, not its display name (West Europe)."
  }
}

variable "name_prefix" {
  description = "First part of the identities' names, such as the platform's name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$", var.name_prefix))
    error_message = "name_prefix must be 1 to 40 lower-case letters, digits and dashes, a letter first."
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
  description = "Role assignments of the identity that plans, by a name of your choice: reading only."
  type = map(object({
    scope = string
    role  = string
  }))
  nullable = false

  validation {
    condition     = alltrue([for assignment in var.plan_roles : !contains(["Owner", "Contributor", "User Access Administrator"], assignment.role) && startswith(assignment.scope, "/")])
    error_message = "plan_roles must not hold Owner, Contributor or User Access Administrator: a plan reads. Scopes start with a slash."
  }
}

variable "apply_roles" {
  description = "Role assignments of the identity that applies, by a name of your choice. There is no default: say what your platform may do, and where."
  type = map(object({
    scope = string
    role  = string
  }))
  nullable = false

  validation {
    condition     = length(var.apply_roles) > 0 && alltrue([for assignment in var.apply_roles : startswith(assignment.scope, "/")])
    error_message = "apply_roles must hold at least one role, with a scope that starts with a slash."
  }
}

variable "state_container_id" {
  description = "Container of the states, such as the state backend's `container_id`. One container for each environment keeps an ops job from touching the states of apps."
  type        = string
  nullable    = false

  validation {
    condition     = startswith(var.state_container_id, "/subscriptions/")
    error_message = "state_container_id must be the id of a container, from /subscriptions/ on."
  }
}

variable "plan_locks_states" {
  description = "Whether the identity that plans may hold locks. A lock is a lease, and whoever may lease may also write, so by default it may not: plan with `-lock=false`."
  type        = bool
  default     = false
  nullable    = false
}

variable "store_container" {
  description = "Container of saved plans, with an identity of its own: its id. Null makes no such identity."
  type        = object({ id = string })
  default     = null

  validation {
    condition     = var.store_container == null ? true : startswith(var.store_container.id, "/subscriptions/")
    error_message = "store_container.id must be the id of a container, from /subscriptions/ on."
  }
}

variable "tags" {
  description = "Tags of what is made here."
  type        = map(string)
  default     = {}
  nullable    = false
}
