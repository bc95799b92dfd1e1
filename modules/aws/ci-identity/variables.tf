variable "name_prefix" {
  description = "First part of the roles' names, such as the platform's name."
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

variable "audience" {
  description = "Audience that the jobs' tokens are made for."
  type        = string
  default     = "sts.amazonaws.com"
  nullable    = false

  validation {
    condition     = length(var.audience) > 0
    error_message = "audience must not be empty."
  }
}

variable "oidc_provider" {
  description = "The issuer in IAM where it is registered already: an account takes each issuer once. Its ARN. Null registers it."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.oidc_provider == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/.+$", var.oidc_provider.arn))
    error_message = "oidc_provider.arn must be the ARN of an OIDC provider in IAM."
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

variable "plan_policy_arns" {
  description = "Policies of the role that plans: reading only. Null takes AWS's own ReadOnlyAccess."
  type        = set(string)
  default     = null
}

variable "plan_object_arns" {
  description = "Objects in S3 that the role that plans may read besides its states, such as `arn:aws:s3:::acme-images/*`. It reads no others, whatever its policies allow, so that no plan sees states outside of `state.prefixes`."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.plan_object_arns : can(regex("^arn:aws[a-z-]*:s3:::[a-z0-9.-]+/.+$", arn))])
    error_message = "plan_object_arns must hold ARNs of objects, with the bucket's whole name: arn:aws:s3:::bucket/*."
  }
}

variable "apply_policy_arns" {
  description = "Policies of the role that applies. There is no default: say what your platform may do. Objects in S3 are best left out: the role has its states already, and a policy for all of S3 also reaches those of other environments."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.apply_policy_arns) > 0 && alltrue([for arn in var.apply_policy_arns : startswith(arn, "arn:")])
    error_message = "apply_policy_arns must hold at least one policy ARN."
  }
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of every role made here."
  type        = string
  default     = null
}

variable "state" {
  description = "Where states are: the bucket, its KMS key, and the prefixes within it that these roles may use (`ops/`)."
  type = object({
    bucket_arn  = string
    kms_key_arn = string
    prefixes    = optional(set(string), [""])
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:s3:::[a-z0-9.-]+$", var.state.bucket_arn)) && can(regex("^arn:aws[a-z-]*:kms:", var.state.kms_key_arn))
    error_message = "state needs the ARN of a bucket and the ARN of a KMS key."
  }
}

variable "store" {
  description = "Where saved plans are kept, with a role of its own that reads and adds and never deletes: the bucket and its KMS key. Null makes no such role."
  type = object({
    bucket_arn  = string
    kms_key_arn = string
  })
  default = null

  validation {
    condition     = var.store == null ? true : can(regex("^arn:aws[a-z-]*:s3:::[a-z0-9.-]+$", var.store.bucket_arn)) && can(regex("^arn:aws[a-z-]*:kms:", var.store.kms_key_arn))
    error_message = "store needs the ARN of a bucket and the ARN of a KMS key."
  }
}

variable "max_session_seconds" {
  description = "How long a job's credentials last at most, in seconds."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = var.max_session_seconds >= 3600 && var.max_session_seconds <= 43200
    error_message = "max_session_seconds must be from 3600 to 43200."
  }
}

variable "tags" {
  description = "Tags of what is made here."
  type        = map(string)
  default     = {}
  nullable    = false
}
