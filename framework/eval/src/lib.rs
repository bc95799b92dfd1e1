//! Terraform's expression language: values, types, functions, evaluation and folding.
