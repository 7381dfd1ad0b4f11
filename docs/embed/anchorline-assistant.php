<?php
/**
 * Plugin Name: Anchorline assistant
 * Description: Shows the Anchorline assistant by the shortcode [anchorline], by a block, or as a button on every page.
 * Version: 1.0.0
 * Requires at least: 6.0
 * Requires PHP: 7.4
 * License: Apache-2.0
 *
 * Two settings: the service's address, and where it is shown. It tracks nobody, stores nothing but these settings,
 * and the script is fixed by its hash: a changed script does not run.
 */

defined( 'ABSPATH' ) || exit;

const ANCHORLINE_SCRIPT    = '/embed/1.0.0/assistant.js';
const ANCHORLINE_INTEGRITY = 'sha384-w8lLHNfXUoJRq4y+Qq0AN4Ecb6vsZm6mnP7wDj+V86BrnQeKJBMJccydwT5PaGCq';
const ANCHORLINE_FALLBACK  = 'Ask Anchorline on its own page';

/** The service's address without a slash at its end; empty until it is set. */
function anchorline_api(): string {
	return (string) get_option( 'anchorline_api', '' );
}

function anchorline_clean_api( $address ): string {
	$address = trim( (string) $address );
	return preg_match( '#^https?://[^\s"<>]+$#i', $address ) ? untrailingslashit( esc_url_raw( $address ) ) : '';
}

function anchorline_clean_mode( $mode ): string {
	return 'launcher' === $mode ? 'launcher' : 'inline';
}

/** The element. Without JavaScript the link inside it is what a visitor sees. */
function anchorline_element( string $mode, string $heading = '', string $contact = '' ): string {
	$api = anchorline_api();
	if ( '' === $api ) {
		return current_user_can( 'manage_options' ) ? '<p>Set the address of Anchorline under Settings › Anchorline.</p>' : '';
	}
	anchorline_want_script();
	$more = '';
	foreach ( array_filter( compact( 'heading', 'contact' ) ) as $name => $value ) {
		$more .= sprintf( ' %s="%s"', $name, esc_attr( $value ) );
	}
	return sprintf(
		'<anchorline-assistant api="%s" mode="%s"%s><a href="%s">%s</a></anchorline-assistant>',
		esc_url( $api ),
		esc_attr( $mode ),
		$more,
		esc_url( $api . '/' ),
		esc_html( ANCHORLINE_FALLBACK )
	);
}

/** Print the script once, at the foot of a page that shows the element. */
function anchorline_want_script(): void {
	if ( ! has_action( 'wp_footer', 'anchorline_print_script' ) ) {
		add_action( 'wp_footer', 'anchorline_print_script', 20 );
	}
}

function anchorline_print_script(): void {
	printf(
		'<script type="module" src="%s" integrity="%s" crossorigin="anonymous"></script>' . "\n",
		esc_url( anchorline_api() . ANCHORLINE_SCRIPT ),
		esc_attr( ANCHORLINE_INTEGRITY )
	);
}

/** The shortcode [anchorline heading="…" contact="https://…"] and the block. */
function anchorline_render( $attributes = array() ): string {
	$usual      = array( 'mode' => 'inline', 'heading' => '', 'contact' => '' );
	$attributes = shortcode_atts( $usual, (array) $attributes, 'anchorline' );
	$mode       = anchorline_clean_mode( $attributes['mode'] );
	return anchorline_element( $mode, (string) $attributes['heading'], (string) $attributes['contact'] );
}

function anchorline_init(): void {
	add_shortcode( 'anchorline', 'anchorline_render' );
	wp_register_script( 'anchorline-block', false, array( 'wp-blocks', 'wp-element', 'wp-block-editor' ), '1.0.0', true );
	wp_add_inline_script(
		'anchorline-block',
		"wp.blocks.registerBlockType('anchorline/assistant', { apiVersion: 2, title: 'Anchorline assistant',
		icon: 'format-chat', category: 'embed', save: function () { return null; }, edit: function () { return wp.element
		.createElement('p', wp.blockEditor.useBlockProps(), 'The Anchorline assistant is shown here.'); } });"
	);
	register_block_type(
		'anchorline/assistant',
		array( 'api_version' => 2, 'editor_script' => 'anchorline-block', 'render_callback' => 'anchorline_render' )
	);
}
add_action( 'init', 'anchorline_init' );

/** Keep the element's place free until the script is there, so that nothing on the page moves. */
function anchorline_head(): void {
	echo '<style>anchorline-assistant[mode="inline"]:not(:defined) { display: block; min-height: 23rem }</style>' . "\n";
}
add_action( 'wp_head', 'anchorline_head' );

function anchorline_foot(): void {
	if ( 'launcher' === get_option( 'anchorline_mode', 'inline' ) ) {
		echo anchorline_element( 'launcher' ); // phpcs:ignore -- every part is escaped where it is put together
	}
}
add_action( 'wp_footer', 'anchorline_foot', 10 );

function anchorline_settings(): void {
	register_setting( 'anchorline', 'anchorline_api', array( 'sanitize_callback' => 'anchorline_clean_api' ) );
	register_setting( 'anchorline', 'anchorline_mode', array( 'sanitize_callback' => 'anchorline_clean_mode' ) );
}
add_action( 'admin_init', 'anchorline_settings' );

function anchorline_menu(): void {
	add_options_page( 'Anchorline', 'Anchorline', 'manage_options', 'anchorline', 'anchorline_options' );
}
add_action( 'admin_menu', 'anchorline_menu' );

function anchorline_options(): void {
	$mode = get_option( 'anchorline_mode', 'inline' );
	?>
	<div class="wrap">
	<h1>Anchorline</h1>
	<form action="options.php" method="post">
		<?php settings_fields( 'anchorline' ); ?>
		<p><label for="anchorline_api">Address of the service, such as https://assistant.example</label><br>
		<input type="url" class="regular-text" id="anchorline_api" name="anchorline_api"
			value="<?php echo esc_attr( anchorline_api() ); ?>"></p>
		<p><label for="anchorline_mode">Where it is shown</label><br>
		<select id="anchorline_mode" name="anchorline_mode">
			<option value="inline" <?php selected( $mode, 'inline' ); ?>>Where I put the block or [anchorline]</option>
			<option value="launcher" <?php selected( $mode, 'launcher' ); ?>>As a button on every page</option>
		</select></p>
		<?php submit_button(); ?>
	</form>
	</div>
	<?php
}

function anchorline_uninstall(): void {
	delete_option( 'anchorline_api' );
	delete_option( 'anchorline_mode' );
}
register_uninstall_hook( __FILE__, 'anchorline_uninstall' );
