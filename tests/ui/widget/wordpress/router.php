<?php
/** One page of a real WordPress with the plugin: head, content through its own filters, foot, as every theme does. */

$path = parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH );
if ( is_file( getenv( 'SITE' ) . $path ) ) {
	return false; // a style sheet or a script of WordPress's own
}

define( 'ABSPATH', getenv( 'SITE' ) . '/' );
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_DISPLAY', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'DISABLE_WP_CRON', true );
foreach ( array( 'DB_NAME', 'DB_USER', 'DB_PASSWORD', 'DB_HOST' ) as $name ) {
	define( $name, '' );
}
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $name ) {
	define( $name . '_KEY', 'test' );
	define( $name . '_SALT', 'test' );
}
$table_prefix = 'wp_';
require ABSPATH . 'wp-includes/plugin.php';
$plugin = function () {
	require getenv( 'PLUGIN' );
};
add_action( 'muplugins_loaded', $plugin );
require ABSPATH . 'wp-settings.php';

if ( '/settings' === $path ) {
	require_once ABSPATH . 'wp-admin/includes/admin.php';
	anchorline_settings();
	anchorline_options();
	foreach ( $_GET['try'] ?? array() as $name => $value ) {
		printf( "\n%s=%s", $name, sanitize_option( $name, $value ) ); // as WordPress stores what is sent to the form
	}
	return;
}
$contents = array(
	'/shortcode' => '[anchorline contact="https://haln.example/contact" heading="Ask &lt;us&gt;"]',
	'/block'     => '<!-- wp:anchorline/assistant /-->',
	'/neither'   => 'Words alone.',
);
?>
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>A WordPress site</title><?php wp_head(); ?></head>
<body><main><h1>A WordPress site</h1><p>Before.</p>
<?php echo apply_filters( 'the_content', $contents[ $path ] ?? 'Nothing here.' ); ?>
<p>After.</p></main><?php wp_footer(); ?></body></html>
