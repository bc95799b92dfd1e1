a = <<EOT
foo ${bar
EOT
b = 
