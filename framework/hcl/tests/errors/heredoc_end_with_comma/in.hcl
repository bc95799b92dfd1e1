a = <<EOT
foo
  EOT,
b = 
